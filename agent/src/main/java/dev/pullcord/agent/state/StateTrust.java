package dev.pullcord.agent.state;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.StatePath;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Refuses a state directory that others can write or that has links in the place of its parts, with
 * the command to run; closes to others what they could only read; and refuses one that lies on
 * several file systems, since releases come into their place by a rename.
 *
 * <p>Workers of another user pass through to releases and to their own link, and list nothing.
 */
final class StateTrust {
  private static final List<String> CLOSED = List.of("passes", "spool", "tmp", "repo.git");
  private static final List<String> PASSABLE =
      List.of("releases", "generations", "workers", "cache", "cache/venvs");
  private static final List<String> FILES =
      List.of(
          "lock",
          "journal",
          "desired.json",
          "node.json",
          "certificate.pem",
          "identity.key",
          "workers-at-boot",
          "releases.kept",
          "deaths.json");

  private final Path root;
  private final boolean anyOwner;

  StateTrust(Path root, boolean anyOwner) {
    this.root = root;
    this.anyOwner = anyOwner;
  }

  /** The directory itself, before anything in it is looked at. */
  void root() {
    refuse(StatePath.passable(root).problem(anyOwner).stream().toList());
  }

  /** All of its parts. */
  void content(StateDirectory state) throws IOException {
    List<StatePath> parts = new ArrayList<>();
    CLOSED.forEach(name -> parts.add(StatePath.closed(root.resolve(name))));
    PASSABLE.forEach(name -> parts.add(StatePath.passable(root.resolve(name))));
    FILES.forEach(name -> parts.add(StatePath.file(root.resolve(name))));
    refuse(problems(parts));
    List<StatePath> ofGenerations = new ArrayList<>();
    for (long number : GenerationFiles.numbers(state)) {
      GenerationFiles files = new GenerationFiles(state, number);
      ofGenerations.add(StatePath.passable(state.generation(number)));
      ofGenerations.add(StatePath.log(files.log()));
      ofGenerations.add(StatePath.file(files.log().resolveSibling("log.1")));
    }
    refuse(problems(ofGenerations));
    oneFileSystem(state);
  }

  private List<String> problems(List<StatePath> parts) {
    return parts.stream().map(part -> part.problem(anyOwner)).flatMap(Optional::stream).toList();
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new StateDirectoryException(
          problems.getFirst().split(" ", 2)[0], String.join("\n", problems), null);
    }
  }

  private static void oneFileSystem(StateDirectory state) {
    Path from = state.tmp().resolve("rename");
    Path to = state.releases().resolve(".rename");
    try {
      Files.deleteIfExists(to);
      Files.createDirectory(from);
      AtomicFiles.rename(from, to);
      Files.delete(to);
    } catch (AtomicMoveNotSupportedException e) {
      throw new StateDirectoryException(
          "STATE_FILE_SYSTEMS",
          "STATE_FILE_SYSTEMS  "
              + state.releases()
              + " and "
              + state.tmp()
              + " lie on different file systems; a release comes into its place by a rename, so"
              + " they have to be on one: mount a file system on "
              + state.root()
              + " as a whole",
          e);
    } catch (IOException e) {
      // A disk that is full now says so when something has to be written.
      discard(from, to);
    }
  }

  private static void discard(Path... paths) {
    for (Path path : paths) {
      try {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(path);
        }
      } catch (IOException e) {
        return; // it is empty, and the next start tries again
      }
    }
  }
}
