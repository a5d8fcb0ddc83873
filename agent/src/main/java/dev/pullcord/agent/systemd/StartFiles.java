package dev.pullcord.agent.systemd;

import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.GenerationFiles;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.worker.WorkerKind;
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

/**
 * What the unit of a generation reads and writes beside the files that every generation has: {@code
 * start}, which claims {@code started} exactly as the shim of the other runner does and then
 * becomes the program; {@code env}, its environment; {@code ended}, how it came to its end.
 */
final class StartFiles {
  /** The exit code of a start whose claim was taken. */
  static final int NOT_CLAIMED = 75;

  private static final Pattern ENDED = Pattern.compile("(\\S+) (\\S+) (\\S+)\\s*");
  private static final int SIGNALLED = 128;

  /** Those that end workers; another one's number nobody asks for. */
  private static final Map<String, Integer> SIGNALS =
      Map.of("HUP", 1, "INT", 2, "QUIT", 3, "ABRT", 6, "BUS", 7, "KILL", 9, "SEGV", 11, "TERM", 15);

  /**
   * Only builtins before the exec: the PATH is the worker's own. The unit's environment is empty.
   */
  private static final String START =
      """
      # Starts generation %d of worker %s, once. Run by its unit.
      set -C -f
      exec >> %s 2>&1 < /dev/null
      cd -P %s || exit 75
      nth() { shift 19; start=$1; }
      IFS= read -r stat < /proc/$$/stat || exit 75
      IFS=' '
      nth ${stat##*) }
      IFS= read -r boot < /proc/sys/kernel/random/boot_id
      claim=%s
      [ "$boot" = %s ] || claim=$claim.$boot
      echo "$$ $start" > "$claim" || exit 75
      . %s
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

  /** Makes what the unit reads. */
  void create(Generation generation, WorkerKind.Launch.Of launch) throws IOException {
    AtomicFiles.write(env(), exports(launch.environment()));
    AtomicFiles.write(
        files.start(),
        START.formatted(
            generation.number(),
            generation.worker(),
            quoted(files.log().toString()),
            quoted(directory.release(generation.release()).toString()),
            quoted(files.claim().toString()),
            quoted(generation.boot()),
            quoted(env().toString()),
            launch.run().stream().map(StartFiles::quoted).collect(Collectors.joining(" "))));
  }

  private static String exports(Map<String, String> environment) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(environment)
        .forEach((name, value) ->
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

  /** Its environment may hold secrets: it goes when it is of no more use. */
  void forgetEnvironment() throws IOException {
    Files.deleteIfExists(env());
  }

  private Path env() {
    return home.resolve("env");
  }

  /** The exit code noted in that boot, 128 + n for signal n; empty while there is none. */
  Optional<Integer> exitCode(String boot) throws IOException {
    try {
      Matcher ended = ENDED.matcher(Files.readString(home.resolve("ended")));
      if (!ended.matches() || !ended.group(1).equals(boot)) {
        return Optional.empty();
      }
      return ended.group(2).equals("exited")
          ? Optional.of(Integer.parseInt(ended.group(3)))
          : Optional.ofNullable(SIGNALS.get(ended.group(3))).map(signal -> SIGNALLED + signal);
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
