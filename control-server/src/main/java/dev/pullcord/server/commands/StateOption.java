package dev.pullcord.server.commands;

import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.host.StateAccess;
import dev.pullcord.server.host.StoreFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose state directory a command works on. */
final class StateOption {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "The server's state directory; default: what server.yaml says, else"
              + " /var/lib/pullcord-server.")
  private @Nullable Path state;

  /** The directory, which may not be there. */
  Path directory() throws IOException {
    Path named = state;
    return named == null
        ? ofUnit(ServerConfig.load(null).state(), ServerService.unitsOfThisHost())
        : named.toAbsolutePath().normalize();
  }

  /**
   * The directory that the configuration says; refuses it where the server's unit works in another
   * one: a backup, say, would be of a copy that nobody uses.
   */
  static Path ofUnit(Path configured, DaemonUnits units) {
    Optional<Path> other;
    try {
      other = units.worksElsewhere(configured);
    } catch (IOException e) {
      return configured; // systemd does not say; a backup goes on without it
    }
    if (other.isPresent()) {
      throw new IllegalArgumentException(
          "STATE_DIFFERS  %s works in %s, and server.yaml says state: %s; let both say the same,"
                  .formatted(units.name(), other.get(), configured)
              + " or name the one that you mean with --state");
    }
    return configured;
  }

  /**
   * The directory of a server that was made; refuses another one, and one that others can write.
   */
  Path ofServer() throws IOException {
    return ofServer(directory());
  }

  /** The same of another directory, where {@code --state} names none. */
  Path ofServer(ServerConfig config) throws IOException {
    return ofServer(
        state == null ? ofUnit(config.state(), ServerService.unitsOfThisHost()) : directory());
  }

  private static Path ofServer(Path directory) throws IOException {
    StateAccess.checkAsAdministrator(directory);
    if (!StoreFile.exists(directory)) {
      throw new IllegalArgumentException(
          "NOT_INITIALISED  "
              + directory
              + " holds no server; name its directory with --state, or make one: pullcord-server"
              + " init --state "
              + directory);
    }
    return directory;
  }
}
