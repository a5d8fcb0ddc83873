package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Asks systemd for something and waits for its answer; never for a job to be done. */
final class Systemctl {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);

  private final String program;
  private final CommandRunner runner;
  private final Path directory;

  private Systemctl(String program, CommandRunner runner, Path directory) {
    this.program = program;
    this.runner = runner;
    this.directory = directory;
  }

  static Systemctl of(ServiceManager manager, StateDirectory directory, HostClock clock) {
    return new Systemctl(
        manager.program(), new LocalCommands(directory.tmp(), clock), directory.root());
  }

  /** Not at the next boot any more. */
  void disable(String unit) throws IOException {
    ask("disable", unit);
  }

  void start(String unit) throws IOException {
    ask("start", "--no-block", unit);
  }

  void stop(String unit) throws IOException {
    ask("stop", "--no-block", unit);
  }

  /** The same of a unit that is not ours: says what has to be allowed. */
  void startOther(String unit) throws IOException {
    allowed("start", unit, () -> start(unit));
  }

  void stopOther(String unit) throws IOException {
    allowed("stop", unit, () -> stop(unit));
  }

  private interface SystemctlCall {
    void now() throws IOException;
  }

  private static void allowed(String verb, String unit, SystemctlCall asked) throws IOException {
    try {
      asked.now();
    } catch (IOException e) {
      throw new IOException(
          "%s; polkit has to let the agent's user %s %s, see docs/operating/systemd.md"
              .formatted(e.getMessage(), verb, unit),
          e);
    }
  }

  /** Properties of a unit, one {@code NAME=value} a line. */
  String show(String unit, String properties) throws IOException {
    return ask("show", "--property=" + properties, unit);
  }

  private String ask(String... arguments) throws IOException {
    List<String> run = new ArrayList<>(List.of(program, "--no-ask-password", "--no-pager"));
    run.addAll(List.of(arguments));
    CommandResult result =
        runner.run(
            new Command(run, directory, Surroundings.environment(), ANSWERS_WITHIN, true, null),
            () -> false);
    if (result.succeeded()) {
      return result.output();
    }
    throw new IOException(
        "systemctl %s: %s".formatted(String.join(" ", arguments), cause(arguments[0], result)));
  }

  private static String cause(String verb, CommandResult result) {
    if (result.end() == CommandResult.End.TIMED_OUT) {
      return "no answer within " + ANSWERS_WITHIN.toSeconds() + " s";
    }
    String said = said(result.output());
    if (result.end() == CommandResult.End.NOT_STARTED) {
      return "there is no systemctl on this host that user %s may run (%s)"
          .formatted(System.getProperty("user.name"), said);
    }
    String last = result.output().toLowerCase(Locale.ROOT);
    if (last.contains("authentication required") || last.contains("access denied")) {
      return "%s: polkit refuses user %s org.freedesktop.systemd1.%s; add the rule"
              .formatted(
                  said,
                  System.getProperty("user.name"),
                  verb.equals("disable") ? "manage-unit-files" : "manage-units")
          + " /etc/polkit-1/rules.d/50-pullcord.rules";
    }
    if (last.contains("failed to connect to bus")) {
      return said + ": systemd cannot be asked; is dbus.service up (systemctl status dbus)?";
    }
    if (last.contains("is masked")) {
      return said + ": as root, systemctl unmask it";
    }
    return said;
  }

  /** What failed comes first; where to look for more comes last, and says nothing. */
  private static String said(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("Failed to ") || line.startsWith("Job for "))
        .findFirst()
        .map(StepResult::lastLine)
        .orElseGet(() -> StepResult.lastLine(output));
  }
}
