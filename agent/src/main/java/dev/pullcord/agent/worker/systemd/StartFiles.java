package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.SignalNumbers;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the unit of a generation reads and writes beside the files that every generation has: {@code
 * env}, the worker's environment, which the unit hands over to the worker's user while it starts;
 * {@code run}, with which that user takes it and becomes the program; {@code stopping}, the main
 * process that the unit had when it was told to stop; {@code ended}, how it came to its end. The
 * unit has {@code systemd/lib/pullcord-generation} claim and note all of this.
 */
final class StartFiles {
  /** The exit code of a start whose claim was taken. */
  static final int NOT_CLAIMED = 75;

  private static final Pattern ENDED = Pattern.compile("(\\S+) (\\S+) (\\S+)\\s*");
  private static final int SIGNALLED = 128;

  /**
   * Run by the worker's user, with HOME for its whole environment. The environment is emptied as
   * soon as it was read: nobody can read it again.
   */
  private static final String RUN =
      """
      # Runs generation %d of worker %s. Its unit runs this as the worker's user.
      set -f
      exec >> %s 2>&1 < /dev/null
      cd -P %s || exit 75
      environment=%s
      [ -s "$environment" ] || {
        echo "pullcord: $environment is not there: systemctl start cannot start a worker"
        exit 75
      }
      %s
      . "$environment"
      : > "$environment"
      unset environment
      exec %s
      """;

  private final StateDirectory directory;
  private final GenerationFiles files;
  private final Path home;

  StartFiles(StateDirectory directory, long number) {
    this.directory = directory;
    this.files = new GenerationFiles(directory, number);
    this.home = directory.generation(number);
  }

  /**
   * Makes what the unit reads.
   *
   * @param handover where it hands the environment over
   * @param user the one of its own that its worker has
   */
  void create(
      Generation generation, WorkerKind.Launch.Of launch, Path handover, Optional<String> user)
      throws IOException {
    if (user.isPresent()) {
      files.noteUser(user.get());
    }
    AtomicFiles.write(env(), exports(launch.environment()));
    AtomicFiles.writeShared(
        files.run(),
        RUN.formatted(
            generation.number(),
            generation.worker(),
            quoted(files.log().toString()),
            quoted(directory.release(generation.release()).toString()),
            quoted(handover.resolve(Long.toString(generation.number())).toString()),
            makingWhatIsKept(launch.environment()),
            launch.run().stream().map(StartFiles::quoted).collect(Collectors.joining(" "))));
  }

  /** In a directory of its own user's the worker makes its part itself. */
  private String makingWhatIsKept(Map<String, String> environment) {
    String kept = environment.getOrDefault("PULLCORD_STATE", "");
    return kept.isEmpty() || Path.of(kept).startsWith(directory.root())
        ? ""
        : "/bin/mkdir -p -m 0700 " + quoted(kept) + " || exit 75";
  }

  /** HOME is the agent's own unless somebody has said another: then its user's is right. */
  private static String exports(Map<String, String> environment) {
    StringBuilder text = new StringBuilder("# the environment\n");
    Map<String, String> its = new TreeMap<>(environment);
    String home = System.getenv("HOME");
    if (home != null) {
      its.remove("HOME", home);
    }
    its.forEach((name, value) ->
        text.append("export ").append(name).append('=').append(quoted(value)).append('\n'));
    return text.toString();
  }

  /** For a shell, whatever is in it. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** Whether its environment is on the disk. */
  boolean hasEnvironment() {
    return Files.exists(env());
  }

  /** Whether the end of the last start was noted. */
  boolean hasEnded() {
    try {
      return Files.size(ended()) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its environment may hold secrets: it goes when it is of no more use. */
  void forgetEnvironment() throws IOException {
    Files.deleteIfExists(env());
  }

  /** Whether its unit was told to stop while that process was the main one, whoever told it. */
  boolean isStopping(@Nullable ProcessId main) {
    try {
      return main != null
          && Files.exists(stopping())
          && Files.readString(stopping()).strip().equals(Long.toString(main.pid()));
    } catch (IOException e) {
      return false;
    }
  }

  private Path stopping() {
    return home.resolve("stopping");
  }

  private Path ended() {
    return home.resolve("ended");
  }

  private Path env() {
    return home.resolve("env");
  }

  /**
   * The exit code noted since the last start, 128 + n for signal n; empty while there is none. A
   * start that came too late for its claim has noted its own, which says nothing of the generation.
   */
  Optional<Integer> exitCode() throws IOException {
    try {
      Matcher ended = ENDED.matcher(Files.readString(ended()));
      if (!ended.matches()) {
        return Optional.empty();
      }
      return ended.group(2).equals("exited")
          ? Optional.of(Integer.parseInt(ended.group(3)))
          : SignalNumbers.of(ended.group(3)).map(signal -> SIGNALLED + signal);
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
