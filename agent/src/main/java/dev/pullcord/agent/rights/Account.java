package dev.pullcord.agent.rights;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A user of this host, as what runs for it.
 *
 * @param user its name
 * @param keeps the directory that it writes what lasts to; empty for none of its own
 */
public record Account(String user, Optional<Path> keeps) {}
