package dev.pullcord.agent.host.process;

/**
 * One process and no other: a pid is used again, a pid with its start time is not.
 *
 * @param pid of the process
 * @param start clock ticks from the boot to its start, field 22 of {@code /proc/<pid>/stat}
 */
public record ProcessId(long pid, long start) {}
