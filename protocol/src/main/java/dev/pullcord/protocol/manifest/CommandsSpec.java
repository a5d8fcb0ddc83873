package dev.pullcord.protocol.manifest;

/**
 * The commands of a worker of kind {@code command}: it is started, ended and looked at by commands
 * of its release, and its processes are their own affair.
 *
 * @param start begins it and ends; that it ends with 0 proves nothing
 * @param stop ends it
 * @param status ends with 0 where it runs and with 3 where it does not; a line {@code
 *     pullcord-generation N} on its output proves which generation that is
 */
public record CommandsSpec(CommandSpec start, CommandSpec stop, CommandSpec status) {}
