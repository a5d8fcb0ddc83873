package dev.pullcord.server.alert;

import dev.pullcord.protocol.api.UpstreamView;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the server itself knows beside its fleet.
 *
 * @param upstream the mirror; empty where people push here
 * @param state the directory whose disk must not be full
 * @param url of the people's port, for links
 */
public record ServerFacts(Supplier<Optional<UpstreamView>> upstream, Path state, URI url) {}
