package dev.pullcord.git.remote.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A remote and how it is reached.
 *
 * @param url without credentials
 * @param login null where anybody may read
 * @param caFile the authorities to trust in place of the system's; null for the system's
 * @param section of the configuration that says so, for messages: {@code upstream}
 */
public record RemoteAccess(
    RemoteUrl url, @Nullable RemoteLogin login, @Nullable Path caFile, String section) {}
