package dev.pullcord.systemtests;

import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.RunCalls;
import dev.pullcord.client.ServerClient;
import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A fleet in which each node is in a state of its own: as it should be, pinned, rolled back,
 * draining and never seen; with more nodes also stopped, suspended, held, with a stopped worker,
 * away without a word, and in the middle of a check.
 */
final class OddFleet {
  private static final String MANIFEST =
      SmallWork.MANIFEST
          + """
          actions:
            mark: {run: [sh, -c, 'echo marked {tag}'], params: {tag: {pattern: "[0-9]+"}}}
            recount:
              run: [sh, -c, 'case $PWD in */node-1/*) exit;; esac; echo {corpus} is locked; exit 3']
              params: {corpus: {pattern: "[a-z]+"}}
          """;

  private final LocalFleet fleet;
  private final ServerClient client;
  private final HoldCalls holds;
  private final Map<String, String> main;

  private OddFleet(LocalFleet fleet) {
    this.fleet = fleet;
    this.client = fleet.api().client();
    this.holds = new HoldCalls(client);
    this.main = new HashMap<>(SmallWork.good());
    main.put("pullcord.yaml", MANIFEST);
    main.merge("tasks/worker", "echo indexes 12 corpora\necho WARN 2 are empty\n", (w, e) -> e + w);
  }

  /** With so many agents, at least four, and that {@code server.yaml}. */
  static LocalFleet of(Path directory, int agents, Path config) {
    LocalFleet fleet = Fleets.made(directory);
    try {
      fleet.serverConfig(config);
      fleet.startServer();
      fleet.addAgents(agents);
      new OddFleet(fleet).fill(agents);
      return fleet;
    } catch (RuntimeException | AssertionError e) {
      fleet.close();
      throw e;
    }
  }

  private void fill(int agents) {
    fleet.push(main, "Count words of every corpus");
    for (int i = 0; i < agents; i++) {
      label(fleet.agent(i), Map.of("role", i % 3 == 2 ? "gpu" : "grep", "dc", "ams"));
    }
    fleet.push(SmallWork.search("WARN"), "Match warnings too");
    pinned(fleet.agent(1));
    rolledBack(fleet.agent(2));
    draining(fleet.agent(3));
    if (agents >= 12) {
      fleet.agent(4).stop();
      holds.suspend(name(4), new SuspensionView.Request("2h", "a new disk")).orThrow();
      fleet.agent(5).stop();
      holds.suspend(name(6), new SuspensionView.Request("2d", "a new power supply")).orThrow();
      client.order(name(7), "grep", WorkerAct.STOP, "leave the index alone").orThrow();
      held(fleet.agent(8));
      fleet.agent(9).kill9();
      checking(fleet.agent(10));
    }
    neverSeen();
    run("mark", Map.of("tag", "7"), "node-1", "node-2");
    run(
        "recount",
        Map.of("corpus", "mails"),
        "node-1",
        "node-2",
        agents >= 12 ? "node-6" : "node-4");
  }

  /** Whoever is away has ten seconds to come back. */
  private void run(String action, Map<String, String> parameters, String... nodes) {
    RunCalls runs = new RunCalls(client);
    RunView.Started run =
        runs.start(new RunView.Request(action, null, List.of(nodes), parameters, null, null, "10s"))
            .orThrow();
    Eventually.within(Fleets.RECOVERY)
        .until(action + " ends", () -> runs.one(run.id()).orThrow(), r -> r.endedAt() != null);
  }

  private void pinned(LocalAgent agent) {
    branch("try-fast", SmallWork.search("FATAL"), "Compile patterns once for each corpus");
    holds
        .pin(
            new NodeName(agent.name()),
            new PinView.Request("try-fast", "2h", "measure the faster patterns"))
        .orThrow();
    shown(agent, n -> n.pin() != null && n.state() == NodeState.CONVERGED);
  }

  private void rolledBack(LocalAgent agent) {
    branch("words", SmallWork.search("WARN"), "Begin");
    follow(agent, "words");
    Map<String, String> ill = new HashMap<>(SmallWork.illTask("no such table: words"));
    ill.put("pullcord.yaml", SmallWork.impatient(MANIFEST));
    branch("words", ill, "Look words up in the index");
    shown(agent, n -> n.state() == NodeState.ROLLED_BACK);
  }

  private void draining(LocalAgent agent) {
    branch("slow", SmallWork.stubbornTask(), "Index by day");
    follow(agent, "slow");
    branch("slow", SmallWork.task("2"), "Index by hour");
    shown(agent, NodeView::draining);
  }

  private void held(LocalAgent agent) {
    branch("index", SmallWork.task("3"), "Index by week");
    follow(agent, "index");
    holds
        .freeze(new FreezeView.Request("index", null, "2h", "the audit runs", null, null))
        .orThrow();
    branch("index", SmallWork.task("4"), "Index by month");
    shown(agent, n -> n.state() == NodeState.HELD);
  }

  private void checking(LocalAgent agent) {
    branch("wide", SmallWork.search("NOTE"), "Match notes");
    follow(agent, "wide");
    branch("wide", Map.of("bin/check", "echo 7 of 12 corpora; sleep 600\n"), "Check all corpora");
    shown(agent, n -> n.state() == NodeState.APPLYING);
  }

  private void neverSeen() {
    String token = fleet.api().invite(1).token();
    fleet.newAgent("node-" + (fleet.agents().size() + 1)).join(fleet.agentsUrl(), token);
  }

  /** Pushes these over what main has, to a branch of that name. */
  private void branch(String branch, Map<String, String> files, String message) {
    GitClone tree = fleet.workTree();
    tree.write(main);
    tree.write(files);
    tree.commit(message);
    tree.push(_ -> {}, "-f", "-o", "nowait", "origin", "HEAD:refs/heads/" + branch);
  }

  private void follow(LocalAgent agent, String branch) {
    client.follow(new NodeName(agent.name()), branch).orThrow();
    String head = fleet.workTree().head();
    shown(agent, n -> n.appliedCommit() != null && Objects.equals(n.appliedCommit().value(), head));
  }

  private void label(LocalAgent agent, Map<String, String> labels) {
    client.label(new NodeName(agent.name()), new Requests.Labels(labels, null)).orThrow();
  }

  private NodeName name(int index) {
    return new NodeName(fleet.agent(index).name());
  }

  private void shown(LocalAgent agent, Predicate<NodeView> wanted) {
    Eventually.within(Fleets.RECOVERY)
        .until(agent.name() + " is so", () -> fleet.api().node(agent.name()), wanted);
  }
}
