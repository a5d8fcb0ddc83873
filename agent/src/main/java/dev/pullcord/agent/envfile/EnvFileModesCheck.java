package dev.pullcord.agent.envfile;

import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether other users can read or write the env files of the active release's workers. The files
 * are the node's owner's, so the agent never changes their modes. A missing file is passed over:
 * the worker's reason names it.
 */
public final class EnvFileModesCheck implements DoctorCheck {
  private final Path state;
  private final String user;

  /**
   * @param state the agent's state directory
   * @param user as whom the agent runs
   */
  public EnvFileModesCheck(Path state, String user) {
    this.state = state;
    this.user = user;
  }

  @Override
  public String name() {
    return "env files";
  }

  @Override
  public Finding look() throws IOException {
    List<String> named = named();
    List<String> missing = new ArrayList<>();
    for (String name : named) {
      Path file;
      try {
        file = Path.of(name).toRealPath();
      } catch (NoSuchFileException _) {
        missing.add(name); // the worker's reason says so
        continue;
      }
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
      boolean written = modes.contains(PosixFilePermission.OTHERS_WRITE);
      if ((written || modes.contains(PosixFilePermission.OTHERS_READ)) && isReached(file)) {
        return Finding.bad(
            this,
            "every user of this host can %s %s (%s)"
                .formatted(written ? "write" : "read", file, PosixFilePermissions.toString(modes)),
            close(file));
      }
    }
    return Finding.good(this, sound(named.size() - missing.size(), missing));
  }

  private static String sound(int closed, List<String> missing) {
    if (closed == 0 && missing.isEmpty()) {
      return "no worker has one";
    }
    return Stream.of(
            closed == 0 ? "" : Counted.of(closed, "file") + ", closed to all other users",
            missing.isEmpty() ? "" : "not there: " + String.join(", ", missing))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private List<String> named() throws IOException {
    Path journal = state.resolve("journal");
    if (!Files.exists(journal)) {
      return List.of();
    }
    return Journal.peek(journal).activeRelease().stream()
        .flatMap(release -> release.workers().values().stream())
        .map(WorkerDefinition::spec)
        .map(WorkerSpec::envFile)
        .filter(Objects::nonNull)
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether everybody may pass through all of its directories. */
  private static boolean isReached(Path file) throws IOException {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      if (!Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  /** The agent goes on reading it. */
  private String close(Path file) throws IOException {
    String word = ShellWord.of(file.toString());
    boolean own = user.equals("root") || Files.getOwner(file).getName().equals(user);
    return own
        ? "chmod o= " + word
        : "chgrp \"$(id -gn %s)\" %s && chmod g+r,o= %s".formatted(user, word, word);
  }
}
