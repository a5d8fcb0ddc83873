/**
 * What the fleet looks like now: nodes, their one state and its reason, and the counts that add up.
 */
@NullMarked
package dev.pullcord.server.fleet;

import org.jspecify.annotations.NullMarked;
