/**
 * The connections of a port before and between requests: how many there may be, of whom, and how
 * long each step may take.
 */
@NullMarked
package dev.pullcord.server.http.connection;

import org.jspecify.annotations.NullMarked;
