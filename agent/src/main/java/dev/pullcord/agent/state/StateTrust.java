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
  private static final List<String> CLOSED =
      List.of("passes", "spool", "actions", "tmp", "repo.git");
  private static final List<String> PASSABLE =
      List.of("releases", "generations", "workers", "cache", "cache/venvs");
  private static final List<String> FILES =
      List.of(
          "lock",
          "journal",
          "desired.json",
          "node.json",
          "servers.json",
          "certificate.pem",
          "identity.key",
          "workers-at-boot",
          "releases.kept",
          "deaths.json",
          "targets");

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
    refuse(problems(parts()));
    refuse(problems(ofGenerations()));
    oneFileSystem(state);
  }

  /** What {@link #root} and {@link #content} would refuse; changes nothing. */
  List<String> problemsAsTheyAre() throws IOException {
    List<StatePath> all = new ArrayList<>(List.of(StatePath.passable(root)));
    all.addAll(parts());
    all.addAll(ofGenerations());
    List<String> problems = new ArrayList<>();
    all.forEach(part -> part.problemAsItIs(anyOwner).ifPresent(problems::add));
    Path releases = root.resolve("releases");
    Path tmp = root.resolve("tmp");
    if (Files.isDirectory(releases)
        && Files.isDirectory(tmp)
        && !Files.getFileStore(releases).equals(Files.getFileStore(tmp))) {
      problems.add(severalFileSystems(releases, tmp));
    }
    return problems;
  }

  private List<StatePath> parts() {
    List<StatePath> parts = new ArrayList<>();
    CLOSED.forEach(name -> parts.add(StatePath.closed(root.resolve(name))));
    PASSABLE.forEach(name -> parts.add(StatePath.passable(root.resolve(name))));
    FILES.forEach(name -> parts.add(StatePath.file(root.resolve(name))));
    return parts;
  }

  private List<StatePath> ofGenerations() throws IOException {
    Path generations = root.resolve("generations");
    List<StatePath> parts = new ArrayList<>();
    for (long number : GenerationFiles.numbers(generations)) {
      Path home = generations.resolve(Long.toString(number));
      parts.add(StatePath.passable(home));
      parts.add(StatePath.log(home.resolve("log")));
      parts.add(StatePath.file(home.resolve("log.1")));
    }
    return parts;
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

  private String severalFileSystems(Path releases, Path tmp) {
    return "STATE_FILE_SYSTEMS  "
        + releases
        + " and "
        + tmp
        + " lie on different file systems; a release comes into its place by a rename, so"
        + " they have to be on one: mount a file system on "
        + root
        + " as a whole";
  }

  private void oneFileSystem(StateDirectory state) {
    Path from = state.tmp().resolve("rename");
    Path to = state.releases().resolve(".rename");
    try {
      Files.deleteIfExists(to);
      Files.createDirectory(from);
      AtomicFiles.rename(from, to);
      Files.delete(to);
    } catch (AtomicMoveNotSupportedException e) {
      throw new StateDirectoryException(
          "STATE_FILE_SYSTEMS", severalFileSystems(state.releases(), state.tmp()), e);
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
