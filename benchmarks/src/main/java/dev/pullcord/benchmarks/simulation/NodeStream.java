package dev.pullcord.benchmarks.simulation;

/**
 * The open stream of a node.
 *
 * @param url the server
 * @param sinceNanos by the monotonic clock
 */
record NodeStream(String url, long sinceNanos) {}
