package dev.pullcord.agent.pass;

import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;

/**
 * What a pass came to.
 *
 * @param state the node's state after it
 * @param reason of that state
 * @param exit what {@code run --once} ends with
 */
public record PassResult(NodeState state, String reason, ExitCode exit) {}
