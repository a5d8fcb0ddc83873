package dev.pullcord.server.config;

import dev.pullcord.server.store.postgres.PostgresAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a server keeps what it has.
 *
 * @param state the state directory
 * @param store the database of the store; null when it is a file of that directory
 */
public record ServerPlace(Path state, @Nullable PostgresAddress store) {}
