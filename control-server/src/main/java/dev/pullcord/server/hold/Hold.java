package dev.pullcord.server.hold;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why nothing new may be activated.
 *
 * @param reason begins with "held", and says until when, by whom and why
 * @param until when something new may be activated by itself; null when that is not foreseen
 */
public record Hold(String reason, @Nullable Instant until) {}
