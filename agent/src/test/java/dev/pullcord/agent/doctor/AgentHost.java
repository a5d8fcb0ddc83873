package dev.pullcord.agent.doctor;

import dev.pullcord.agent.control.ControlClient.Outcome;
import dev.pullcord.agent.control.Reply;
import dev.pullcord.agent.enroll.AgentService;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.NodeStatus.ServerContact;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A host that remembers what systemd knows, and an agent on it that says what it was told to. */
final class AgentHost implements DaemonUnits.HostProgram, ExaminedAgent.Sight {
  private final Path state;
  boolean systemd = true;
  boolean running = true;
  boolean connected = true;
  boolean takesReports = true;
  boolean polkit = true;
  final Set<String> enabled = new TreeSet<>(AgentService.UNITS);
  String active = "active";
  String template;

  /** What systemd says of the template for the user greppers. */
  String templateOfGreppers = "LoadState=not-found\n";

  NodeState is = NodeState.CONVERGED;

  AgentHost(Path state) {
    this.state = state;
    this.template = loaded(state);
  }

  /** What systemd says of a template that is for that state directory. */
  static String loaded(Path state) {
    return "LoadState=loaded\nUser=pullcord-worker\nExecStart={ path=/bin/sh ; argv[]=/bin/sh "
        + state.resolve("generations/1/run")
        + " ; }\n";
  }

  DaemonUnits units() {
    return new DaemonUnits(AgentService.UNITS, this);
  }

  @Override
  public DaemonUnits.Result run(List<String> argv) {
    if (!systemd) {
      return new DaemonUnits.Result(1, "systemd does not run this host");
    }
    String unit = argv.getLast();
    return switch (argv.get(3)) {
      case "show" ->
          new DaemonUnits.Result(
              0,
              unit.startsWith("pullcord-worker@")
                  ? template
                  : unit.startsWith("pullcord-worker-greppers@") ? templateOfGreppers : "loaded\n");
      case "is-enabled" -> new DaemonUnits.Result(enabled.contains(unit) ? 0 : 1, "");
      case "is-active" -> new DaemonUnits.Result(0, active + "\n");
      case "stop" ->
          polkit
              ? new DaemonUnits.Result(0, "")
              : new DaemonUnits.Result(4, "Failed to stop " + unit + ": Access denied\n");
      default -> new DaemonUnits.Result(1, "unknown verb " + argv);
    };
  }

  @Override
  public Outcome running() {
    return running
        ? new Outcome.Answered(new Reply(true, status(), List.of(), "", null, null))
        : new Outcome.NobodyThere();
  }

  @Override
  public NodeStatus stopped() {
    return status();
  }

  private NodeStatus status() {
    @Nullable String problem =
        !connected ? "connection refused" : takesReports ? null : "STORE_FULL  the disk is full";
    return new NodeStatus(
        new NodeName("edge-1"),
        is,
        is == NodeState.FAILED ? "worker grep is not healthy" : "all is well",
        Instant.EPOCH,
        null,
        "main",
        null,
        null,
        null,
        Map.of(),
        Map.of(),
        null,
        new ServerContact("https://" + state.getFileName(), connected, Instant.EPOCH, problem),
        3,
        null,
        Map.of(),
        0,
        null);
  }
}
