package dev.pullcord.protocol.manifest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a worker counts as well: its command ends with 0, or its kind finds it well, this many times
 * in a row, before the deadline.
 *
 * @param command what is run; its own timeout is at most the deadline; null for what the worker's
 *     kind knows of it
 * @param every from the end of one try to the start of the next
 * @param times in a row
 * @param deadline from the activation
 */
public record HealthSpec(
    @Nullable CommandSpec command, Duration every, int times, Duration deadline) {}
