package dev.pullcord.server.alert.status;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code upstream.status} of {@code server.yaml}.
 *
 * @param host which kind of host it is
 * @param api the address of its API
 * @param tokenFile has a token that may set statuses
 * @param context tells this server's status from others of the commit
 * @param repository {@code OWNER/NAME} at the host
 * @param environment of GitHub deployments; null for none
 * @param caFile the authorities to trust in place of the system's; null for the system's
 */
public record StatusSettings(
    StatusHost host,
    URI api,
    Path tokenFile,
    String context,
    String repository,
    @Nullable String environment,
    @Nullable Path caFile) {}
