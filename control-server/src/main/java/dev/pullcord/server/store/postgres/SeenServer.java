package dev.pullcord.server.store.postgres;

import java.time.Duration;

/**
 * What the database knows of a server.
 *
 * @param server which one
 * @param active whether it has the store; the others wait for it
 * @param ago when it last said that it is there, by the database's clock
 */
public record SeenServer(StoreServer server, boolean active, Duration ago) {}
