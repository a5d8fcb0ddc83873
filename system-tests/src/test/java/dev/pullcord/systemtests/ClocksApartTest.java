package dev.pullcord.systemtests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts whose clocks are a day apart. The real programs run under libfaketime, which turns the wall
 * clock of a process and leaves the monotonic one alone.
 */
@SuppressWarnings("NullAway.Init")
class ClocksApartTest {
  /** Far more than a slow machine needs, and far less than a day. */
  private static final Duration MINUTES = Duration.ofMinutes(30);

  @TempDir Path directory;
  private LocalFleet fleet;

  private LocalAgent joined(String name, String clock, String token) {
    LocalAgent agent = fleet.newAgent(name);
    ProgramCall.Result joined = agent.join(fleet.agentsUrl(), token);
    assertThat(joined.exit()).as(joined.output()).isZero();
    agent.environment(off(clock));
    agent.start();
    return agent;
  }

  /** Variables that turn the wall clock of a program. */
  private static Map<String, String> off(String offset) {
    return Map.of(
        "LD_PRELOAD", "/usr/$LIB/faketime/libfaketimeMT.so.1", // its loader knows $LIB
        "FAKETIME", offset,
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // What it mends for an old glibc makes every timed wait of Java's end at once.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }

  private PushResult push(String version) {
    PushResult pushed = fleet.push(SmallWork.task(version), version);
    assertThat(pushed.converged()).as(pushed.output()).isTrue();
    return pushed;
  }

  private void assertNow(Instant time) {
    assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(MINUTES);
  }

  /** As if its clock were right: in order, at the right time, each with who decided it. */
  private void assertHistory(LocalAgent agent, List<String> newestFirst) {
    HistoryView history =
        fleet.api().client().history(new NodeName(agent.name()), null, 10).orThrow();
    assertThat(history.runs())
        .as(agent.name())
        .extracting(run -> run.commit() == null ? "nothing" : run.commit().value())
        .startsWith(newestFirst.toArray(String[]::new));
    assertThat(history.runs().subList(0, newestFirst.size()))
        .allSatisfy(run -> {
          assertThat(run.decision()).as(agent.name() + " " + run).isNotNull();
          assertNow(run.from());
        });
  }

  private NodeView.Host host(LocalAgent agent) {
    return requireNonNull(fleet.api().node(agent.name()).host());
  }

  private void assertAges(LocalAgent agent) {
    NodeView node = fleet.api().node(agent.name());
    assertNow(node.since());
    NodeFacts facts = requireNonNull(host(agent).facts());
    assertNow(requireNonNull(facts.startedAt()));
    assertThat(node.workers().values())
        .flatExtracting(worker -> worker.generations())
        .extracting(GenerationStatus::startedAt)
        .hasSize(1)
        .allSatisfy(this::assertNow);
  }

  private String cli(String clock, String... arguments) {
    Map<String, String> environment = new HashMap<>(off(clock));
    environment.put("HOME", fleet.directory().resolve("home").toString());
    environment.put("PULLCORD_URL", fleet.url());
    environment.put("PULLCORD_TOKEN", fleet.adminToken());
    environment.put("PULLCORD_FINGERPRINT", fleet.fingerprint());
    List<String> argv = new ArrayList<>(List.of(fleet.programs().cli()));
    argv.addAll(List.of(arguments));
    ProgramCall.Result said = ProgramCall.of(directory, environment, argv).run();
    assertThat(said.exit()).as(said.output()).isZero();
    return said.output();
  }

  /** One story, since a fleet is dear: nodes, people and at last the server are a day off. */
  @Test
  void aDayBetweenClocksChangesNoOrderNoAgeAndNoWorkerAndLocksNobodyOut() {
    Needs.tool("git");
    Needs.tool("faketime");
    try (LocalFleet started = Fleets.made(directory.resolve("fleet"))) {
      fleet = started;
      fleet.startServer();
      String token = fleet.api().invite(2).token();
      LocalAgent behind = joined("behind", "-24h", token);
      LocalAgent ahead = joined("ahead", "+24h", token);
      Fleets.connected(behind);
      Fleets.connected(ahead);

      PushResult first = fleet.push(SmallWork.good(), "First");
      assertThat(first.converged()).as(first.output()).isTrue();
      PushResult second = push("Second");

      for (LocalAgent agent : List.of(behind, ahead)) {
        assertHistory(agent, List.of(second.commit(), first.commit()));
        assertAges(agent);
      }
      assertThat(fleet.cli("node", "behind").output()).contains("1d behind the server's");
      assertThat(fleet.cli("node", "ahead").output()).contains("1d ahead of the server's");
      for (String clock : List.of("-24h", "+24h")) {
        assertThat(cli(clock, "status") + cli(clock, "nodes") + cli(clock, "ps"))
            .contains("converged 2/2")
            .doesNotContainPattern("\\b1d\\b") // as a word: a commit may be 1a1d6b6
            .doesNotContain("in 23h");
      }

      aNodeWhoseClockIsPutRightGoesOn(behind, List.of(second.commit(), first.commit()));
      aServerADayAheadServesOn(List.of(behind, ahead));
    }
  }

  private void aNodeWhoseClockIsPutRightGoesOn(LocalAgent agent, List<String> before) {
    List<WorkerProcess> workers = agent.workers();
    agent.stop();
    agent.environment(Map.of());
    agent.start();
    Fleets.connected(agent);
    assertThat(agent.workers()).isEqualTo(workers);
    PushResult third = push("Third");
    assertHistory(agent, List.of(third.commit(), before.get(0), before.get(1)));
    Eventually.within(Fleets.RECOVERY)
        .isTrue("its clock is right", () -> host(agent).clock() == null);
    assertAges(agent);
  }

  private void aServerADayAheadServesOn(List<LocalAgent> agents) {
    String pinned = agents.getLast().name();
    assertThat(fleet.cli("pin", pinned, "main", "--for", "3d", "--reason", "try").exit()).isZero();
    List<List<WorkerProcess>> workers = agents.stream().map(LocalAgent::workers).toList();
    for (String clock : List.of("+24h", "+0")) {
      fleet.stopServer();
      fleet.serverEnvironment(off(clock));
      fleet.startServer();
      agents.forEach(Fleets::connected);
      assertThat(agents.stream().map(LocalAgent::workers).toList()).isEqualTo(workers);
      assertThat(fleet.api().pins()).hasSize(1);
      PushResult pushed = push("Server " + clock);
      agents.forEach(agent -> Fleets.convergedOn(fleet, agent, pushed.commit()));
      workers = agents.stream().map(LocalAgent::workers).toList();
    }
  }
}
