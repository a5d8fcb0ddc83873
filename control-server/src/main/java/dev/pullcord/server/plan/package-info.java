/** What a commit would do to the fleet, worked out from what is known of both; nothing changes. */
@NullMarked
package dev.pullcord.server.plan;

import org.jspecify.annotations.NullMarked;
