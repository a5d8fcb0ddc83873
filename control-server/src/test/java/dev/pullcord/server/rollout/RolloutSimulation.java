package dev.pullcord.server.rollout;

import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A fleet and a server that live through one rollout, a second at a time, from a seed: nodes fail,
 * go away and come back; reports are late, lost and doubled; the server is killed between any two
 * of its writes; operators pause, resume and promote. What it finds wrong it says in {@link
 * #violations}.
 */
final class RolloutSimulation {
  /** The planner, or one with a bug planted. */
  @FunctionalInterface
  interface Planner {
    RolloutStep next(Rollout before, RolloutSpec spec, List<RolloutMember> members, Instant now);
  }

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int NODES = 50;
  private static final int OFFLINE_AFTER = 45;
  private static final int FAULTS_UNTIL = 1_200;
  private static final int END = 9_000;

  private final Random random;
  private final Planner planner;
  private final boolean storesBeforeItTells;
  private final RolloutSpec spec;
  private final double failing;
  private final TreeMap<String, Node> nodes = new TreeMap<>();
  private final PriorityQueue<Report> network =
      new PriorityQueue<>(
          Comparator.comparingInt(Report::arrives).thenComparingLong(Report::serial));
  private final Map<String, Report> known = new TreeMap<>();
  private final Map<String, Integer> heard = new TreeMap<>();
  private final Set<String> stopped = new TreeSet<>();
  private final List<String> log = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private Rollout stored;
  private Rollout told;
  private int second;
  private long serial;

  RolloutSimulation(long seed, Planner planner, boolean storesBeforeItTells) {
    this.random = new Random(seed);
    this.planner = planner;
    this.storesBeforeItTells = storesBeforeItTells;
    this.spec = spec();
    this.failing = random.nextInt(4) == 0 ? 0.0 : random.nextDouble() * 0.1;
    for (int n = 1; n <= NODES; n++) {
      String name = "node-%02d".formatted(n);
      nodes.put(name, new Node(name, random.nextInt(10) == 0 ? "canary" : "grep"));
    }
    stored = Rollout.begin(nodes.keySet());
    told = stored;
  }

  private RolloutSpec spec() {
    Strategy strategy =
        switch (random.nextInt(4)) {
          case 0 -> new Strategy.All();
          case 1 -> new Strategy.Rolling();
          case 2 ->
              new Strategy.Canary(
                  random.nextBoolean()
                      ? new RolloutSpec.CanaryNodes.First(1 + random.nextInt(3))
                      : new RolloutSpec.CanaryNodes.Matching(Map.of("role", "canary")),
                  Duration.ofSeconds(random.nextInt(120)),
                  random.nextBoolean());
          default -> new Strategy.Barrier();
        };
    boolean percent = random.nextBoolean();
    return new RolloutSpec(
        strategy,
        new NodeShare(percent ? 1 + random.nextInt(40) : 1 + random.nextInt(10), percent),
        random.nextInt(4),
        random.nextInt(3) == 0 ? RolloutSpec.OnHalt.ROLLBACK : RolloutSpec.OnHalt.STAY,
        Duration.ofSeconds(300));
  }

  /** What a node is, whatever the server knows of it. */
  private static final class Node {
    final String name;
    final String role;
    MemberStanding truth = MemberStanding.BEFORE;
    boolean online = true;
    boolean exempt;
    int until;
    boolean wasLeft;
    @Nullable MemberStanding result;

    Node(String name, String role) {
      this.name = name;
      this.role = role;
    }
  }

  private record Report(
      String node, long serial, int arrives, MemberStanding standing, boolean exempt) {}

  /** Lives to the end, and says what it found wrong. */
  List<String> run() {
    for (second = 0; second < END && violations.isEmpty(); second++) {
      boolean calm = second >= FAULTS_UNTIL;
      nodes.values().forEach(node -> live(node, calm));
      deliver();
      if (!calm) {
        order();
      }
      serve(calm);
      check();
      if (calm && stored.phase() != RolloutPhase.RUNNING && everyoneIsThere()) {
        break;
      }
    }
    if (violations.isEmpty()) {
      ends();
    }
    return violations;
  }

  /** The run, to the byte. */
  String transcript() {
    return String.join("\n", log);
  }

  List<String> violations() {
    return violations;
  }

  private void live(Node node, boolean calm) {
    if (!calm && random.nextInt(400) == 0) {
      node.online = false;
      if (random.nextBoolean()) {
        stopped.add(node.name); // it said goodbye
        heard.put(node.name, second);
      }
    } else if (!node.online && (calm || random.nextInt(60) == 0)) {
      node.online = true;
      stopped.remove(node.name);
    }
    if (random.nextInt(3_000) == 0) {
      node.exempt = !calm && !node.exempt;
    } else if (calm) {
      node.exempt = false;
    }
    MemberStanding before = node.truth;
    advance(node);
    if (node.online && (before != node.truth || (second + node.name.hashCode()) % 15 == 0)) {
      send(node, calm);
    }
  }

  private void advance(Node node) {
    boolean released = told.released().containsKey(node.name) && !told.goesBack();
    switch (node.truth) {
      case BEFORE -> {
        if (released && node.online && !node.exempt && random.nextInt(3) == 0) {
          begin(node);
        }
      }
      case UNDER_WAY -> {
        if (second >= node.until) {
          node.truth = Objects.requireNonNull(node.result);
          node.until = second + 20 + random.nextInt(60);
          node.wasLeft &= node.truth != MemberStanding.CONVERGED;
        }
      }
      case READY -> {
        if (told.gate().isOpen() && node.online) {
          node.truth = MemberStanding.UNDER_WAY;
          node.until = second + 1 + random.nextInt(5);
          node.result = outcome();
        }
      }
      case DOWN -> {
        if (second >= node.until) {
          node.truth = MemberStanding.CONVERGED;
          node.wasLeft = false;
        }
      }
      default -> {}
    }
  }

  private void begin(Node node) {
    node.truth = MemberStanding.UNDER_WAY;
    node.until = second + 1 + random.nextInt(30);
    node.result =
        spec.strategy() instanceof Strategy.Barrier && random.nextDouble() >= failing
            ? MemberStanding.READY
            : outcome();
    log.add(second + " " + node.name + " begins, will be " + node.result);
  }

  private MemberStanding outcome() {
    if (random.nextDouble() >= failing) {
      return MemberStanding.CONVERGED;
    }
    return random.nextBoolean() ? MemberStanding.ROLLED_BACK : MemberStanding.DOWN;
  }

  private void send(Node node, boolean calm) {
    int copies = calm ? 1 : random.nextInt(10) == 0 ? 0 : random.nextInt(20) == 0 ? 2 : 1;
    long number = ++serial;
    for (int copy = 0; copy < copies; copy++) {
      int late = !calm && random.nextInt(8) == 0 ? random.nextInt(20) : 1;
      network.add(new Report(node.name, number, second + late, node.truth, node.exempt));
    }
  }

  private void deliver() {
    while (!network.isEmpty() && network.peek().arrives() <= second) {
      Report report = network.poll();
      heard.put(report.node(), second);
      known.merge(report.node(), report, (old, come) -> come.serial() > old.serial() ? come : old);
    }
  }

  private void order() {
    int order = random.nextInt(600);
    Rollout before = stored;
    if (order == 0 && stored.phase() == RolloutPhase.RUNNING) {
      stored = RolloutOrders.pause(stored, "ann", "looking");
    } else if (order == 1 && !stored.phase().isOver() && stored.paused().isEmpty()) {
      stored = RolloutOrders.promote("main", stored, now());
    } else if (stored.phase() == RolloutPhase.PAUSED && random.nextInt(40) == 0) {
      stored = RolloutOrders.resume(stored);
    } else if (order == 2) {
      stored = RolloutOrders.supersede(stored, "abc1234");
    }
    if (!stored.equals(before)) {
      log.add(second + " " + stored.phase() + " " + stored.reason());
      told = stored;
    }
  }

  private void serve(boolean calm) {
    if (calm && stored.phase() == RolloutPhase.HALTED) {
      return;
    }
    if (calm && stored.phase() == RolloutPhase.PAUSED) {
      stored = RolloutOrders.resume(stored);
    }
    Rollout before = stored;
    List<RolloutMember> members = members();
    RolloutStep step = planner.next(stored, spec, members, now());
    releasesOnlyWhatItMay(step, members);
    boolean killed = !calm && random.nextInt(50) == 0;
    if (!storesBeforeItTells) {
      told = step.rollout();
      if (!killed) {
        stored = told;
      }
    } else if (!killed) {
      stored = step.rollout();
      told = stored;
    } else if (random.nextBoolean()) {
      stored = step.rollout(); // killed before it told: the next start tells what is stored
    }
    if (killed || !step.rollout().equals(before)) {
      log.add(second + (killed ? " killed, " : " ") + stored);
    }
  }

  private List<RolloutMember> members() {
    return nodes.values().stream()
        .map(node ->
            new RolloutMember(
                node.name,
                Map.of("role", node.role),
                standing(node.name),
                "its check ended with 1"))
        .toList();
  }

  private MemberStanding standing(String node) {
    Report last = known.get(node);
    boolean silent = second - heard.getOrDefault(node, 0) > OFFLINE_AFTER;
    if (last == null || silent || stopped.contains(node)) {
      if (fellSilentWithTheCommit(node, last)) {
        return MemberStanding.LOST;
      }
      // Nobody waits for it: what it does from here on is not counted before it is well again.
      Objects.requireNonNull(nodes.get(node)).wasLeft |= stored.released().containsKey(node);
      return MemberStanding.ABSENT;
    }
    return last.exempt() ? MemberStanding.EXEMPT : last.standing();
  }

  private boolean fellSilentWithTheCommit(String node, @Nullable Report last) {
    boolean wasWell =
        last != null
            && (last.standing() == MemberStanding.CONVERGED
                || last.standing() == MemberStanding.READY);
    return stored.hasLost(node, spec, wasWell, START.plusSeconds(heard.getOrDefault(node, 0)));
  }

  private void releasesOnlyWhatItMay(RolloutStep step, List<RolloutMember> members) {
    boolean grew = step.rollout().released().size() > stored.released().size();
    boolean mayGrow = stored.phase() == RolloutPhase.RUNNING || stored.phase() == RolloutPhase.DONE;
    if (grew && !mayGrow) {
      wrong("a rollout that is " + stored.phase() + " gave the commit to further nodes");
    }
    if (grew
        && stored.phase() == RolloutPhase.RUNNING
        && step.rollout().charged().size() > spec.failureBudget()) {
      wrong("it went on past its budget: " + step.rollout().failed());
    }
    for (RolloutMember member : members) {
      boolean waits =
          member.standing().counts()
              && !step.rollout().released().containsKey(member.name())
              && step.rollout().phase() != RolloutPhase.SUPERSEDED;
      if (waits && !step.waiting().getOrDefault(member.name(), "").startsWith("waiting: ")) {
        wrong(member.name() + " waits and nobody says why");
      }
    }
    if (spec.strategy() instanceof Strategy.Canary
        && !step.rollout().gate().isOpen()
        && !step.rollout().canaries().containsAll(step.rollout().released().keySet())) {
      wrong("a node that is no canary went before the gate was open");
    }
  }

  private void check() {
    if (!stored.released().keySet().containsAll(told.released().keySet())) {
      wrong("a node was told of what is not stored");
    }
    boolean bounded =
        spec.strategy() instanceof Strategy.Rolling
            || (spec.strategy() instanceof Strategy.Canary canary && canary.thenRolling());
    if (!bounded) {
      return;
    }
    List<String> away =
        nodes.values().stream()
            .filter(
                node -> node.truth == MemberStanding.UNDER_WAY || node.truth == MemberStanding.DOWN)
            .filter(node -> node.online && !node.wasLeft && !node.exempt)
            .filter(node -> !stored.forgiven().contains(node.name))
            .map(node -> node.name)
            .toList();
    if (away.size() > spec.maxUnavailable().of(NODES)) {
      wrong(away.size() + " of " + spec.maxUnavailable() + " are away: " + away);
    }
  }

  private boolean everyoneIsThere() {
    return stored.phase() != RolloutPhase.DONE
        || nodes.values().stream()
            .allMatch(node ->
                node.truth == MemberStanding.CONVERGED || node.truth == MemberStanding.ROLLED_BACK);
  }

  private void ends() {
    if (stored.phase() == RolloutPhase.RUNNING || stored.phase() == RolloutPhase.PAUSED) {
      wrong("it has not ended: " + stored + " " + spec);
    } else if (stored.phase() == RolloutPhase.HALTED && stored.reason().isEmpty()) {
      wrong("it halted and does not say why");
    }
  }

  private void wrong(String what) {
    violations.add("second " + second + ": " + what);
  }

  private Instant now() {
    return START.plusSeconds(second);
  }
}
