/**
 * Compares two commits of the hosted repository: for a pusher, for the pages, and for a plan of
 * what they would do to the fleet.
 */
@NullMarked
package dev.pullcord.server.githost.comparison;

import org.jspecify.annotations.NullMarked;
