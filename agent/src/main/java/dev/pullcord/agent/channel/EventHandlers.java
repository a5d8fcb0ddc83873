package dev.pullcord.agent.channel;

import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import java.util.function.Consumer;

/**
 * Takes what comes with the server's events beside decisions; each returns at once.
 *
 * @param logs sends a worker's log
 * @param actions runs actions
 * @param packs keeps what came with a decision, until it is fetched
 */
public record EventHandlers(
    Consumer<ServerEvent.LogsWanted> logs,
    Consumer<ServerEvent.ActionsWanted> actions,
    Consumer<StepPack> packs) {}
