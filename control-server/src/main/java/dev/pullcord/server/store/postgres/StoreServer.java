package dev.pullcord.server.store.postgres;

/**
 * A server of a database, as the others find it.
 *
 * @param people the address of its people's port; empty where it is not known
 * @param agents the address of its agents' port, by which it is known
 * @param version of its program
 */
public record StoreServer(String people, String agents, String version) {}
