package dev.pullcord.protocol.report;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;

/**
 * One start of one worker, as the agent last saw it.
 *
 * @param number unique on the node, counting up
 * @param pid the worker's process id; 0 where it has none that the agent knows of
 * @param startedAt when it started
 * @param commit the commit it was started with
 * @param phase where it is in its life
 */
public record GenerationStatus(
    long number, long pid, Instant startedAt, CommitId commit, GenerationPhase phase) {}
