/**
 * What survives: one small interface for each aggregate, and transactions that acknowledge late.
 */
@NullMarked
package dev.pullcord.server.store;

import org.jspecify.annotations.NullMarked;
