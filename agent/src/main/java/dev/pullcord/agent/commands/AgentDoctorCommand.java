package dev.pullcord.agent.commands;

import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.doctor.AgentDoctor;
import dev.pullcord.agent.doctor.ExaminedAgent;
import dev.pullcord.agent.doctor.ExaminedHost;
import dev.pullcord.agent.enroll.AgentService;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.doctor.Examination;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what is wrong with the agent and its host, and what to do. */
@Command(
    name = "doctor",
    description = {
      "Look at the agent and its host, and say what is wrong and what to do.",
      "It changes nothing, and the agent may be running or not. Exit code 0: nothing is wrong; 1:"
          + " something is."
    },
    mixinStandardHelpOptions = true)
final class AgentDoctorCommand implements Callable<Integer> {
  @Mixin private StateOptions options = new StateOptions();

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "json: {\"checks\": [{\"name\", \"ok\", \"detail\", \"fix\"}]}.")
  private String format = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (!format.isEmpty() && !format.equals("json")) {
      throw new Exit.Refused(ExitCode.USAGE, "-o " + format + ": json expected");
    }
    AgentConfig.Result config = options.result();
    Path state = options.state(config);
    ExaminedHost host = ExaminedHost.here(DaemonUnits.ofThisHost(AgentService.UNITS));
    String user = Files.isDirectory(state) ? Files.getOwner(state).getName() : host.user();
    Examination found =
        AgentDoctor.examine(
            new ExaminedAgent(
                state, user, config, new Sight(state, config), HostClock.system(), host));
    PrintWriter out = spec.commandLine().getOut();
    out.println(format.equals("json") ? PullcordJson.write(found) : found.text());
    out.flush();
    return (found.allWell() ? ExitCode.DONE : ExitCode.FAILED).code();
  }

  /** Asks over the control socket, else reads the journal. */
  private record Sight(Path state, AgentConfig.Result config) implements ExaminedAgent.Sight {
    @Override
    public ControlClient.Outcome running() {
      return new ControlClient(state).status();
    }

    @Override
    public NodeStatus stopped() throws IOException {
      return switch (config) {
        case AgentConfig.Result.Read(AgentConfig read) ->
            StoppedAgent.status(read, HostClock.system());
        case AgentConfig.Result.Bad _ -> throw new IOException("agent.yaml has to be mended first");
      };
    }
  }
}
