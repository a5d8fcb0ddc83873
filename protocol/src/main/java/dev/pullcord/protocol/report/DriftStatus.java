package dev.pullcord.protocol.report;

import java.time.Instant;

/**
 * Says that what is on a node's disk is not what the commit says.
 *
 * @param since when it was first seen
 * @param paths how many files, links and directories differ
 * @param reason one line: the first of them, escaped, with what is different about each
 */
public record DriftStatus(Instant since, int paths, String reason) {}
