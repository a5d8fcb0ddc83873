/** The forms that freeze, roll back, and end that; the fleet's page shows them. */
@NullMarked
package dev.pullcord.server.dashboard.hold;

import org.jspecify.annotations.NullMarked;
