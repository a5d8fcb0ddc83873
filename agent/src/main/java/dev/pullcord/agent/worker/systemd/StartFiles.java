package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
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
import org.jspecify.annotations.Nullable;

/**
 * What the unit of a generation reads and writes beside the files that every generation has: {@code
 * start}, which claims {@code started} exactly as the shim of the other runner does and then
 * becomes the program; {@code env}, its environment; {@code stopping}, the main process that it had
 * when it was told to stop; {@code ended}, how it came to its end.
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
   * Only builtins before the exec: the PATH is the worker's own. The unit's environment is empty. A
   * boot is only ever compared with what this same script has read of it in the boot before: the
   * agent may live in a sandbox that shows it another one.
   */
  private static final String START =
      """
      # Starts generation %d of worker %s, once. Run by its unit.
      set -C -f
      mask=$(umask) && umask 077 || exit 75
      exec >> %s 2>&1 < /dev/null
      cd -P %s || exit 75
      nth() { shift 19; start=$1; }
      IFS= read -r stat < /proc/$$/stat || exit 75
      IFS=' '
      nth ${stat##*) }
      boot=unknown
      { IFS= read -r boot < /proc/sys/kernel/random/boot_id; } 2> /dev/null
      claim=%s
      first=
      { read -r pid began first < "$claim"; } 2> /dev/null
      [ -z "$first" ] || [ "$first" = "$boot" ] || claim=$claim.$boot
      echo "$$ $start $boot" > "$claim" || exit 75
      true >| %s
      [ ! -e %s ] || true >| %s
      umask "$mask"
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
            quoted(ended().toString()),
            quoted(stopping().toString()),
            quoted(stopping().toString()),
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
          : Optional.ofNullable(SIGNALS.get(ended.group(3))).map(signal -> SIGNALLED + signal);
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
