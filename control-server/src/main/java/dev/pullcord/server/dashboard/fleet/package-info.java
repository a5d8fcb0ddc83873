/**
 * The page of the fleet, and how an open one stays as it is: {@code FleetFeed} makes editions,
 * {@code Fragments} says what differs, {@code EventStreams} sends it.
 */
@NullMarked
package dev.pullcord.server.dashboard.fleet;

import org.jspecify.annotations.NullMarked;
