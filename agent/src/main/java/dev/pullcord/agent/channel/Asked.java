package dev.pullcord.agent.channel;

import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import java.util.function.Consumer;

/**
 * Who does what people ask of this node; each returns at once.
 *
 * @param logs sends a worker's log
 * @param actions runs actions
 * @param packs keeps what came with a decision, until it is fetched
 */
public record Asked(
    Consumer<ServerEvent.LogsWanted> logs,
    Consumer<ServerEvent.ActionsWanted> actions,
    Consumer<StepPack> packs) {}
