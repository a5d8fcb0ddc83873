package dev.pullcord.protocol.report;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;

/**
 * One start of one worker, as the agent last saw it.
 *
 * @param number unique on the node, counting up
 * @param pid the worker's process id
 * @param startedAt when the process started
 * @param commit the commit it was started with
 * @param phase where it is in its life
 */
public record GenerationStatus(
    long number, long pid, Instant startedAt, CommitId commit, GenerationPhase phase) {}
