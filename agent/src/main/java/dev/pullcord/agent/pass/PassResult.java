package dev.pullcord.agent.pass;

import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a pass came to.
 *
 * @param state the node's state after it
 * @param reason of that state
 * @param retryAt when the loop tries again by itself what failed; null when it does not
 * @param exit what {@code run --once} ends with
 */
public record PassResult(NodeState state, String reason, @Nullable Instant retryAt, ExitCode exit) {
  PassResult(NodeState state, String reason, ExitCode exit) {
    this(state, reason, null, exit);
  }
}
