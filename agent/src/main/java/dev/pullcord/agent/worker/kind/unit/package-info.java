/** The kind {@code systemd}: a unit that is on the node already. */
@NullMarked
package dev.pullcord.agent.worker.kind.unit;

import org.jspecify.annotations.NullMarked;
