/** The page of all pins of the fleet: who runs something else, making some, ending one. */
@NullMarked
package dev.pullcord.server.dashboard.pins;

import org.jspecify.annotations.NullMarked;
