/** What the agent says of itself to a monitoring that already watches the host. */
@NullMarked
package dev.pullcord.agent.metrics;

import org.jspecify.annotations.NullMarked;
