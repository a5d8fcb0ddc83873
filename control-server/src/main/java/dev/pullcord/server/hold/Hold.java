package dev.pullcord.server.hold;

import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why nothing new may be activated.
 *
 * @param reason begins with "held", and says until when, by whom and why
 * @param until when something new may be activated by itself; null when that is not foreseen
 * @param freeze the freeze that is the reason; null where it is a closed window
 */
public record Hold(String reason, @Nullable Instant until, @Nullable StoredFreeze freeze) {}
