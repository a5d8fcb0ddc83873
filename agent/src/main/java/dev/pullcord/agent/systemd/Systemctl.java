package dev.pullcord.agent.systemd;

import dev.pullcord.agent.host.Command;
import dev.pullcord.agent.host.CommandResult;
import dev.pullcord.agent.host.CommandRunner;
import dev.pullcord.agent.host.Surroundings;
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

  Systemctl(String program, CommandRunner runner, Path directory) {
    this.program = program;
    this.runner = runner;
    this.directory = directory;
  }

  void start(String unit) throws IOException {
    ask("start", "--no-block", unit);
  }

  void stop(String unit) throws IOException {
    ask("stop", "--no-block", unit);
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
            new Command(run, directory, Surroundings.environment(), ANSWERS_WITHIN), () -> false);
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
