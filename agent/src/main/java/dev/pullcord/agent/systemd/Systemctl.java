package dev.pullcord.agent.systemd;

import dev.pullcord.agent.host.Command;
import dev.pullcord.agent.host.CommandResult;
import dev.pullcord.agent.host.CommandRunner;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.plan.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        manager.program(), new CommandRunner(directory.tmp(), clock), directory.root());
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

  private interface Asked {
    void now() throws IOException;
  }

  private static void allowed(String verb, String unit, Asked asked) throws IOException {
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
            new Command(run, directory, Surroundings.environment(), ANSWERS_WITHIN, true),
            () -> false);
    if (result.succeeded()) {
      return result.output();
    }
    throw new IOException(
        "systemctl %s: %s"
            .formatted(
                String.join(" ", arguments),
                result.end() == CommandResult.End.TIMED_OUT
                    ? "no answer within " + ANSWERS_WITHIN.toSeconds() + " s"
                    : StepResult.lastLine(result.output())));
  }
}
