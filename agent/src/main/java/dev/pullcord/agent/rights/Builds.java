package dev.pullcord.agent.rights;

import dev.pullcord.agent.rights.runner.RemoteCommands;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lets the user of the commands build in a directory of the agent's, and makes what was built the
 * agent's own. The directory stays the agent's: it is opened to the group of that user. What was
 * built comes back as data, see {@link RemoteCommands#receive}: it is made anew and put in the
 * place of what the other user has there. Where commands are the agent's own nothing is to be done.
 */
public final class Builds {
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");

  private final Rights rights;
  private final StateDirectory directory;

  /** In that directory. */
  public Builds(Rights rights, StateDirectory directory) {
    this.rights = rights;
    this.directory = directory;
  }

  /** Empties a directory, whoever has left something there, and lets commands build in it. */
  public void begin(Path tree) throws IOException {
    clear(tree);
    if (rights.remote().isPresent()) {
      share(tree);
    }
  }

  private void share(Path tree) throws IOException {
    Groups.share(tree, rights.user(), "rwxrwx---");
  }

  /**
   * What is in the directory is whole: it becomes the agent's.
   *
   * @throws dev.pullcord.agent.rights.runner.RefusedBuild when the commit has built what may not
   */
  public void adopt(Path tree, Path own) throws IOException {
    Optional<RemoteCommands> remote = rights.remote();
    if (remote.isEmpty()) {
      return;
    }
    Path aside = directory.tmp().resolve("built-" + tree.getFileName());
    FileTrees.delete(aside);
    AtomicFiles.createPrivateDirectories(aside);
    try {
      remote.get().receive(tree, aside, own, directory.root());
      clear(tree);
      Files.setPosixFilePermissions(tree, OPEN);
      for (Path built : list(aside)) {
        AtomicFiles.rename(built, tree.resolve(built.getFileName()));
      }
    } finally {
      FileTrees.delete(aside);
    }
  }

  /** Takes away all that is in a directory, also what is the other user's. */
  public void clear(Path tree) throws IOException {
    Optional<RemoteCommands> remote = rights.remote();
    if (remote.isPresent() && !list(tree).isEmpty()) {
      share(tree);
      remote.get().clear(tree);
    }
    for (Path leftover : list(tree)) {
      FileTrees.delete(leftover);
    }
  }

  private static List<Path> list(Path tree) throws IOException {
    if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(tree + " is no directory, and one is expected; move it away");
    }
    try (Stream<Path> entries = Files.list(tree)) {
      return entries.toList();
    }
  }
}
