package dev.pullcord.agent.rights;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.rights.runner.RemoteCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The runners of commands of this host: one for the user of all workers, and one beside it for each
 * user that some worker has of its own.
 */
public final class CommandRunners {
  private final Path socket;
  private final HostClock clock;
  private final Masks masks;
  private final Map<Path, RemoteCommands> known = new ConcurrentHashMap<>();

  /**
   * Those beside this socket.
   *
   * @param socket of the runner for the user of all workers
   * @param masks what is taken out of every output
   */
  public CommandRunners(Path socket, HostClock clock, Masks masks) {
    this.socket = socket;
    this.clock = clock;
    this.masks = masks;
  }

  /** Whether there is one for the user of all workers. */
  boolean exists() {
    return Files.exists(socket);
  }

  /** The one of a user, or of the user of all workers; its host may not have it. */
  RemoteCommands of(@Nullable String user) {
    return known.computeIfAbsent(at(user), path -> new RemoteCommands(path, clock, masks));
  }

  private Path at(@Nullable String user) {
    String name = String.valueOf(socket.getFileName());
    return user == null
        ? socket
        : socket.resolveSibling(name.replaceFirst("\\.sock$", "") + "-" + user + ".sock");
  }
}
