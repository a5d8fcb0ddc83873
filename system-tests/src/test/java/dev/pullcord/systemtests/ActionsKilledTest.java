package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.RunCalls;
import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of agents and of the server while actions run: 500 runs with {@code --full}, a sample
 * otherwise. No command was begun twice on a node, each run ends as done, failed or unknown, and
 * unknown only on a node whose agent was killed while the run was under way.
 */
@SuppressWarnings("NullAway.Init")
class ActionsKilledTest {
  private static final long SEED = 1414;
  private static final int NODES = 2;

  /** The server keeps the last 200, so they are judged in parts. */
  private static final int PART = 25;

  @TempDir Path directory;
  private Path ledger;

  /** Runs by number, and the nodes whose agent was killed since each was started. */
  private final Map<Long, Set<String>> killed = new TreeMap<>();

  private final Map<Long, String> tags = new HashMap<>();
  private final Map<RunState, Integer> seen = new HashMap<>();

  @Test
  void noneRunsTwiceAndEachEndsWithTheTruth() throws IOException {
    int runs = Integer.getInteger("pullcord.action-runs", Fleets.full() ? 500 : 8);
    Random random = new Random(SEED);
    ledger = Files.createFile(directory.resolve("ledger"));
    try (LocalFleet fleet = Fleets.converged(directory.resolve("fleet"), NODES)) {
      fleet.push(declaring(), "Declare an action");
      for (int i = 1; i <= runs; i++) {
        start(fleet, i);
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(220)).toNanos());
        switch (random.nextInt(5)) {
          case 0, 1 -> killAgent(fleet, random.nextInt(NODES));
          case 2 -> killServer(fleet);
          default -> {}
        }
        if (i % PART == 0 || i == runs) {
          judge(fleet);
        }
      }
    }
    System.out.println("actions over kills: " + new TreeMap<>(seen));
  }

  private Map<String, String> declaring() {
    Map<String, String> files = new HashMap<>(SmallWork.good());
    files.merge(
        "pullcord.yaml",
        "actions: {mark: {run: [sh, bin/mark, \"{tag}\"], params: {tag: {pattern: \"[0-9]+\"}}}}\n",
        String::concat);
    files.put(
        "bin/mark",
        """
        #!/bin/sh
        echo "begin $PULLCORD_NODE $1" >> %s
        echo "one $1"
        sleep 0.1
        echo "end $PULLCORD_NODE $1" >> %s
        exit $(($1 %% 7 == 0))
        """
            .formatted(ledger, ledger));
    return files;
  }

  private void start(LocalFleet fleet, int number) {
    RunView.Request request =
        new RunView.Request(
            "mark",
            null,
            List.of("node-1", "node-2"),
            Map.of("tag", Integer.toString(number)),
            null,
            null,
            "60s");
    ServerReply<RunView.Started> reply =
        Eventually.within(Fleets.RECOVERY)
            .until(
                "the server takes run " + number,
                () -> new RunCalls(fleet.api().client()).start(request),
                answer -> answer instanceof ServerReply.Got<?>);
    if (reply instanceof ServerReply.Got<RunView.Started>(RunView.Started started)) {
      killed.put(started.id(), new HashSet<>());
      tags.put(started.id(), Integer.toString(number));
    }
  }

  private void killAgent(LocalFleet fleet, int index) {
    LocalAgent agent = fleet.agent(index);
    killed.values().forEach(nodes -> nodes.add(agent.name()));
    agent.kill9();
    agent.start();
  }

  private static void killServer(LocalFleet fleet) {
    fleet.killServer();
    fleet.startServer();
  }

  private void judge(LocalFleet fleet) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<Long, Set<String>> run : killed.entrySet()) {
      RunView ended =
          Eventually.within(Fleets.RECOVERY.multipliedBy(2))
                      .until(
                          "run " + run.getKey() + " ends",
                          () -> new RunCalls(fleet.api().client()).one(run.getKey()),
                          reply ->
                              reply instanceof ServerReply.Got<RunView>(RunView view)
                                  && view.state().ended())
                  instanceof ServerReply.Got<RunView>(RunView view)
              ? view
              : null;
      for (RunView.NodeRun node : Objects.requireNonNull(ended).nodes()) {
        seen.merge(node.state(), 1, Integer::sum);
        problem(node, Objects.requireNonNull(tags.get(run.getKey())), run.getValue())
            .forEach(what -> wrong.add("run " + run.getKey() + ": " + what));
      }
    }
    assertThat(wrong).isEmpty();
    killed.clear();
  }

  private List<String> problem(RunView.NodeRun node, String tag, Set<String> agents)
      throws IOException {
    String name = node.name().value();
    List<String> lines = Files.readAllLines(ledger);
    long begun = lines.stream().filter(("begin " + name + " " + tag)::equals).count();
    long over = lines.stream().filter(("end " + name + " " + tag)::equals).count();
    int exit = Integer.parseInt(tag) % 7 == 0 ? 1 : 0;
    List<String> wrong = new ArrayList<>();
    if (begun > 1) {
      wrong.add(name + " ran it " + begun + " times");
    }
    boolean right =
        switch (node.state()) {
          case DONE -> exit == 0 && over == 1 && node.output().equals("one " + tag + "\n");
          case FAILED -> exit == 1 && over == 1 && node.output().equals("one " + tag + "\n");
          case UNKNOWN -> agents.contains(name);
          case WAITING, RUNNING, REFUSED -> false;
        };
    if (!right) {
      wrong.add(name + " is " + node + ", begun " + begun + ", over " + over + ", " + agents);
    }
    return wrong;
  }
}
