/**
 * How much of everything one caller gets: wrong tokens, lasting requests, shares of what is few.
 */
@NullMarked
package dev.pullcord.server.security.limit;

import org.jspecify.annotations.NullMarked;
