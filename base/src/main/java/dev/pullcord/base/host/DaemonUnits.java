package dev.pullcord.base.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The units of one daemon, as root of the host enables, starts and ends them. The first unit is the
 * daemon's own, the others go with it.
 */
public final class DaemonUnits {
  private static final int ANSWERS_WITHIN_SECONDS = 120;
  private static final int LINES = 5;
  private static final Pattern STATE = Pattern.compile("argv\\[]=[^;]* --state[ =]([^ ;]+)");

  private final List<String> units;
  private final HostProgram program;

  /** Runs a program of the host, by its name and arguments, and waits for its end. */
  @FunctionalInterface
  public interface HostProgram {
    /** Its exit code and output. */
    Result run(List<String> argv) throws IOException;
  }

  /**
   * How a program ended.
   *
   * @param exit its exit code
   * @param output both of its streams
   */
  public record Result(int exit, String output) {}

  /** These units, asked for by a program that may be another than the host's for a test. */
  public DaemonUnits(List<String> units, HostProgram program) {
    this.units = List.copyOf(units);
    this.program = program;
  }

  /** These units of this host. */
  public static DaemonUnits ofThisHost(List<String> units) {
    return new DaemonUnits(units, DaemonUnits::run);
  }

  /** The daemon's own unit. */
  public String name() {
    return units.getFirst();
  }

  /** All of them, with a space between. */
  public String all() {
    return String.join(" ", units);
  }

  /** Whether systemd runs this host, and knows all of the units. */
  public boolean areInstalled() throws IOException {
    for (String unit : units) {
      Result shown = systemctl("show", "--property=LoadState", "--value", unit);
      if (shown.exit() != 0 || !shown.output().strip().equals("loaded")) {
        return false;
      }
    }
    return true;
  }

  /** Whether systemd runs this host. */
  public boolean haveSystemd() throws IOException {
    return systemctl("show", "--property=Version", "--value").exit() == 0;
  }

  /** Whether all of them start at each boot. */
  public boolean startAtBoot() throws IOException {
    for (String unit : units) {
      if (systemctl("is-enabled", "--quiet", unit).exit() != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The state directory of the daemon's unit, where that one is in use and is not this: the unit
   * names it by {@code --state}, so that it does not go by the daemon's configuration.
   */
  public Optional<Path> worksElsewhere(Path state) throws IOException {
    Result shown = systemctl("show", "--property=ExecStart", "--value", name());
    Matcher named = STATE.matcher(shown.output());
    if (shown.exit() != 0 || !named.find() || isSame(Path.of(named.group(1)), state)) {
      return Optional.empty();
    }
    boolean inUse =
        state().equals("active") || systemctl("is-enabled", "--quiet", name()).exit() == 0;
    return inUse ? Optional.of(Path.of(named.group(1))) : Optional.empty();
  }

  /** Also where one is a link to the other. */
  private static boolean isSame(Path one, Path other) throws IOException {
    return one.equals(other)
        || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
  }

  /** How the daemon is: {@code active}, {@code inactive}, {@code failed}, … */
  public String state() throws IOException {
    return systemctl("is-active", units.getFirst()).output().strip();
  }

  /** Properties of another unit, one {@code NAME=value} a line. */
  public String properties(String unit, String names) throws IOException {
    return must(List.of("show", "--property=" + names, unit));
  }

  /**
   * Why this user may not end another unit; empty when it may. Asks for its end, so it has to be
   * one that never runs.
   */
  public Optional<String> whyNotEnd(String unit) throws IOException {
    Result result = systemctl("stop", unit);
    String said = result.output().toLowerCase(Locale.ROOT);
    return result.exit() != 0
            && (said.contains("authentication required") || said.contains("access denied"))
        ? Optional.of(result.output().strip())
        : Optional.empty();
  }

  /** Makes the users that the host's packages declare. */
  public void makeUsers() throws IOException {
    Result made = program.run(List.of("systemd-sysusers"));
    if (made.exit() != 0) {
      throw new IOException("systemd-sysusers: " + made.output().strip());
    }
  }

  /** Starts them, now and at each boot; nothing changes for those that run. */
  public void enableAndStart() throws IOException {
    List<String> argv = new ArrayList<>(List.of("enable", "--now"));
    argv.addAll(units.reversed());
    must(argv);
  }

  /** Ends them, and starts them at no boot any more. */
  public void stopAndDisable() throws IOException {
    List<String> argv = new ArrayList<>(List.of("disable", "--now"));
    argv.addAll(units);
    must(argv);
  }

  /** Asks another unit to end, and does not wait for that. */
  public void askToEnd(String unit) throws IOException {
    must(List.of("stop", "--no-block", unit));
  }

  /** Whether the daemon has ended, and systemd starts it no more by itself. */
  public boolean hasFailed() throws IOException {
    return systemctl("is-failed", "--quiet", units.getFirst()).exit() == 0;
  }

  /** The last lines that the daemon wrote to the journal; empty when they cannot be read. */
  public String lastLines() throws IOException {
    Result lines =
        program.run(
            List.of(
                "journalctl",
                "--no-pager",
                "--output=cat",
                "--lines=" + LINES,
                "--unit=" + units.getFirst()));
    return lines.exit() == 0 ? lines.output().strip() : "";
  }

  private String must(List<String> argv) throws IOException {
    Result result = systemctl(argv.toArray(new String[0]));
    if (result.exit() != 0) {
      throw new IOException(
          "systemctl %s: %s".formatted(String.join(" ", argv), result.output().strip()));
    }
    return result.output();
  }

  private Result systemctl(String... arguments) throws IOException {
    List<String> argv = new ArrayList<>(List.of("systemctl", "--no-pager", "--no-ask-password"));
    argv.addAll(List.of(arguments));
    return program.run(argv);
  }

  /** Whether systemd is this host's init, by the mark that sd_booted(3) looks for. */
  public static boolean systemdRunsThisHost() {
    return Files.isDirectory(Path.of("/run/systemd/system"));
  }

  /** Output goes to a file: what the program leaves behind cannot keep us waiting. */
  private static Result run(List<String> argv) throws IOException {
    if (!systemdRunsThisHost()) {
      return new Result(1, "systemd does not run this host");
    }
    Path output = Files.createTempFile("pullcord-", ".out");
    try {
      Process process =
          new ProcessBuilder(argv)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            "%s gave no answer within %d s"
                .formatted(String.join(" ", argv), ANSWERS_WITHIN_SECONDS));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + argv.getFirst(), e);
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
