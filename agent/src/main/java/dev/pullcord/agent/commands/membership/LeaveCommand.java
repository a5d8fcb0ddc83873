package dev.pullcord.agent.commands.membership;

import dev.pullcord.agent.commands.Exit;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.enroll.AgentService;
import dev.pullcord.agent.enroll.Departure;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.protocol.error.ExitCode;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Undoes what {@code join} did. */
@Command(
    name = "leave",
    description = {
      "Undo join: end the agent and its workers, and forget the server.",
      "Each worker finishes what it has; this command waits for that. What workers keep for"
          + " themselves (workers/ in the state directory) stays."
    },
    mixinStandardHelpOptions = true)
public final class LeaveCommand implements Callable<Integer> {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The state directory; default: /var/lib/pullcord.")
  private Path state = AgentConfig.DEFAULT_STATE;

  @Option(
      names = "--ended",
      paramLabel = "WORKER",
      description =
          "A worker of kind command that you have ended yourself, after the agent; may be"
              + " repeated.")
  private List<String> ended = new ArrayList<>();

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final DaemonUnits units = DaemonUnits.ofThisHost(AgentService.UNITS);

  @Override
  public Integer call() throws IOException {
    Path absolute = state.toAbsolutePath().normalize();
    Membership member =
        Membership.read(absolute)
            .orElseThrow(() ->
                new Exit.Refused(
                    ExitCode.FAILED, absolute + " belongs to no server: nothing to leave"));
    refuseUnended(absolute);
    confirm(member);
    if (Service.isThisHosts(absolute, units)) {
      units.stopAndDisable();
    } else if (ControlClient.isAnswered(absolute)) {
      throw new Exit.Refused(
          ExitCode.FAILED, "an agent runs on " + absolute + ": end it first, then leave");
    }
    try (StateDirectory directory = StateDirectory.openForItsOwner(absolute)) {
      refuseStartedMeanwhile(absolute);
      Departure departure = new Departure(directory, units, HostClock.system());
      departure.askWorkersToEnd();
      departure.awaitWorkers(this::say);
      departure.removeLinks().forEach(problem -> say(problem + "; remove it by hand"));
      departure.forget();
    }
    say("node " + member.node() + " has left " + member.serverUrl());
    say("on the server it is offline until you remove it: pullcord node remove " + member.node());
    return ExitCode.DONE.code();
  }

  /** Its code goes with the releases: it must not run on without it. */
  private void refuseUnended(Path absolute) throws IOException {
    List<String> all = Departure.endedByCommands(absolute.resolve("journal"));
    List<String> left = all.stream().filter(worker -> !ended.contains(worker)).toList();
    if (!left.isEmpty()) {
      throw new Exit.Refused(
          ExitCode.FAILED,
          ("worker %s is of kind command, and only the agent can end it: pullcord worker stop NODE"
                  + " --worker %s --reason …, then leave. To end it yourself: stop the agent, end"
                  + " the worker, then pullcord-agent leave --ended %s")
              .formatted(left.getFirst(), left.getFirst(), left.getFirst()));
    }
    if (!all.isEmpty() && ControlClient.isAnswered(absolute)) {
      throw new Exit.Refused(
          ExitCode.FAILED,
          ("the agent runs, and starts worker %s again if you have ended it: stop the agent, end"
                  + " the worker, then pullcord-agent leave --ended %s")
              .formatted(all.getFirst(), all.getFirst()));
    }
  }

  /** The agent has worked on until it was ended just now. */
  private void refuseStartedMeanwhile(Path absolute) throws IOException {
    for (String worker : Departure.endedByCommands(absolute.resolve("journal"))) {
      if (!ended.contains(worker)) {
        throw new Exit.Refused(
            ExitCode.FAILED,
            ("the agent has started worker %s, of kind command, before it ended: end that worker,"
                    + " then pullcord-agent leave --ended %s")
                .formatted(worker, worker));
      }
    }
  }

  private void confirm(Membership member) {
    if (yes) {
      return;
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new Exit.Refused(
          ExitCode.USAGE, "leave ends all workers of this node: confirm it with --yes");
    }
    String answer =
        console.readLine(
            "End the agent and all workers of node %s, and forget %s? [y/N] ",
            member.node(), member.serverUrl());
    if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
      throw new Exit.Refused(ExitCode.FAILED, "nothing was changed");
    }
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
