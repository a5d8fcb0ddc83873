package dev.pullcord.server.host;

import dev.pullcord.base.disk.FileModes;
import dev.pullcord.base.disk.StatePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Refuses a server's state directory that others can write, that has links in the place of its
 * parts, or whose keys others can read, with the command to run.
 */
public final class StateAccess {
  private static final List<String> DIRECTORIES = List.of("tls", "repositories");
  private static final List<String> FILES =
      List.of("store.db", "store.db-wal", "store.db-shm", "lock", "ports.json");
  private static final List<String> KEYS = List.of("tls/agents.key", "tls/people.key");

  private StateAccess() {}

  /** Looks at all of it; what is not there is not its business. */
  public static void check(Path state) throws IOException {
    check(state, false);
  }

  /** The same for an administrator: root may look at what belongs to the server's user. */
  public static void checkAsAdministrator(Path state) throws IOException {
    check(state, OsUser.isRoot());
  }

  private static void check(Path state, boolean anyOwner) throws IOException {
    if (!Files.exists(state)) {
      return;
    }
    Path root = state.toRealPath();
    List<String> problems = new ArrayList<>();
    StatePath.closed(root).problem(anyOwner).ifPresent(problems::add);
    if (problems.isEmpty()) {
      for (String name : KEYS) {
        exposed(root.resolve(name), anyOwner).ifPresent(problems::add);
      }
      for (String name : DIRECTORIES) {
        StatePath.closed(root.resolve(name)).problem(anyOwner).ifPresent(problems::add);
      }
      for (String name : FILES) {
        StatePath.file(root.resolve(name)).problem(anyOwner).ifPresent(problems::add);
      }
    }
    if (!problems.isEmpty()) {
      throw new IOException(String.join("\n", problems));
    }
  }

  private static Optional<String> exposed(Path key, boolean anyOwner) throws IOException {
    if (!Files.isRegularFile(key, LinkOption.NOFOLLOW_LINKS)) {
      return StatePath.file(key).problem(anyOwner);
    }
    return !FileModes.openToOthers(key)
        ? StatePath.file(key).problem(anyOwner)
        : Optional.of(
            "KEY_PERMISSIONS  "
                + key
                + " is open to others of this host, who may have copied it; chmod 0600 "
                + key);
  }
}
