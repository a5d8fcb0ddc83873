package dev.pullcord.server.desired;

import static dev.pullcord.server.FakeCommits.commit;
import static dev.pullcord.server.TestFleet.ADA;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.NodeShare;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.server.FakeCommits;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.gate.KeptGates;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.GateTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A story of operators, pushers and nodes who steer in odd combinations, from a seed. Each step has
 * a seed of its own, so that a story without one of its steps has the others as they were. After
 * each step {@link SteeringPromises} looks at the fleet; at the end everything that holds is taken
 * away, and every node has to run the head of its branch.
 */
final class SteeringStory implements AutoCloseable {
  /** What somebody does. */
  enum Act {
    PUSH(10),
    PUSH_BEHIND(3),
    PUSH_SAME(3),
    DELETE(2),
    TAG(2),
    PIN(7),
    UNPIN(5),
    FREEZE(8),
    UNFREEZE(4),
    ROLLBACK(7),
    END_ROLLBACK(2),
    PAUSE(3),
    RESUME(3),
    PROMOTE(2),
    LABEL(3),
    FOLLOW(3),
    SUSPEND(2),
    RESUME_NODE(2),
    RETRY(3),
    WORKER(5),
    REMOVE(2),
    JOIN(4),
    OPEN_GATE(2),
    END_GATE(2),
    TIME(12),
    PASS(40),
    PASS_OF_ALL(12),
    AWAY(4),
    BACK(5),
    RESTART(4);

    private static final int[] FACTORS = {0, 1, 1, 4};

    private final int often;

    Act(int often) {
      this.often = often;
    }

    /** How often each is done in one story: in every other one some much, and others never. */
    static List<Act> drawnOften(Random random) {
      boolean isOdd = random.nextBoolean();
      List<Act> drawn = new ArrayList<>();
      for (Act act : values()) {
        int factor = isOdd ? FACTORS[random.nextInt(FACTORS.length)] : 1;
        drawn.addAll(Collections.nCopies(act.often * factor, act));
      }
      return drawn;
    }
  }

  /** One step. */
  record Step(Act act, long seed) {}

  private static final List<String> BRANCHES = List.of("main", "dev", "try");
  private static final List<String> MOSTLY_MAIN = List.of("main", "main", "dev", "try");
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
  private static final int LENGTH = 40;
  private static final int ROUNDS_MAX = 60;

  TestFleet fleet;
  private KeptGates gates;
  final Map<String, StoryNode> nodes = new TreeMap<>();
  private final Map<String, GateTable.Gate> open = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private final SteeringPromises promises;
  private Random random = new Random(0);
  private final Set<CommitId> bad = new HashSet<>();
  private int commits;

  SteeringStory(Path directory, SteeringBug bug) {
    fleet = new TestFleet(directory, bug.seam());
    gates = gates();
    promises = new SteeringPromises(this);
    pushPlain("main"); // which nobody runs
    pushPlain("dev");
    pushPlain("main");
    nodes.put("a", join("a", "main", "a"));
    nodes.put("b", join("b", "main", "b"));
    nodes.put("c", join("c", "main", "c"));
    nodes.values().forEach(node -> node.start(fleet));
    passOfAll(_ -> StoryNode.Outcome.WELL);
    settle();
    promises.look();
    pushPlain("main");
    passOfAll(_ -> StoryNode.Outcome.WELL);
    settle();
    promises.look();
  }

  /** The steps of a seed. */
  static List<Step> steps(long seed) {
    Random random = new Random(seed);
    List<Act> often = Act.drawnOften(random);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      steps.add(new Step(often.get(random.nextInt(often.size())), random.nextLong()));
    }
    return steps;
  }

  /** Plays it to its end; what is wrong, or nothing. */
  List<String> play(List<Step> steps) {
    for (Step step : steps) {
      random = new Random(step.seed());
      play(step.act());
      if (!promises.broken().isEmpty()) {
        return promises.broken();
      }
    }
    random = new Random(0);
    calm();
    return promises.broken();
  }

  String told() {
    return String.join("\n", log);
  }

  private void play(Act act) {
    SteeringPromises.Shown before = promises.shown();
    String how = "";
    try {
      how = done(act);
    } catch (Refusal e) {
      how = "refused: " + e.code() + " " + e.getMessage();
      promises.refused(e, before);
    } catch (RuntimeException e) {
      promises.wrong(act + " ended with " + e);
    }
    log.add(act + " " + how);
    settle();
    promises.look();
  }

  /** What the server does each second, until nothing follows any more. */
  void settle() {
    long before = -1;
    for (int i = 0; i < 3 && before != fleet.model.version(); i++) {
      before = fleet.model.version();
      fleet.model.tick();
      fleet.contacts.tick();
      fleet.deployments.catchUp();
      fleet.operations.pins().expire();
      fleet.operations.suspensions().expire();
      fleet.waves.run();
      gates.endLeft(fleet.deployments::isCompared);
      fleet.holds.tick();
      fleet.progress.keep();
    }
  }

  private String done(Act act) {
    return switch (act) {
      case PUSH -> push(branch());
      case PUSH_BEHIND -> push(branch(), 1 + random.nextInt(commits));
      case PUSH_SAME -> pushSame();
      case DELETE -> delete(branch());
      case TAG -> tag();
      case PIN -> pin();
      case UNPIN -> unpin(name());
      case FREEZE -> freeze();
      case UNFREEZE -> unfreeze();
      case ROLLBACK -> rollback();
      case END_ROLLBACK -> endRollback(branch());
      case PAUSE -> steer(rolledOut(), RolloutAct.PAUSE);
      case RESUME -> steer(rolledOut(), RolloutAct.RESUME);
      case PROMOTE -> steer(rolledOut(), RolloutAct.PROMOTE);
      case LABEL -> label();
      case FOLLOW -> follow();
      case SUSPEND -> suspend();
      case RESUME_NODE -> resumeNode(name());
      case RETRY -> retry(name());
      case WORKER -> worker();
      case REMOVE -> remove();
      case JOIN -> joins();
      case OPEN_GATE -> openGate();
      case END_GATE -> endGate();
      case TIME -> time(drawnTime());
      case PASS -> pass();
      case PASS_OF_ALL -> passOfAll(this::wellOrBad);
      case AWAY -> away();
      case BACK -> back();
      case RESTART -> restart();
    };
  }

  private String branch() {
    return one(MOSTLY_MAIN);
  }

  /** Mostly one of these. */
  private String branchOf(Collection<String> these) {
    String any = branch();
    List<String> able = MOSTLY_MAIN.stream().filter(these::contains).toList();
    return able.isEmpty() || random.nextInt(8) == 0 ? any : one(able);
  }

  private String rolledOut() {
    return branchOf(fleet.model.read(now -> now.rollouts().keySet()));
  }

  private <T> T one(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String name() {
    return nodes.isEmpty() ? "a" : one(List.copyOf(nodes.keySet()));
  }

  private @Nullable StoryNode someNode(boolean online) {
    List<StoryNode> able = nodes.values().stream().filter(n -> n.online == online).toList();
    return able.isEmpty() ? null : one(able);
  }

  private RolloutSpec spec() {
    RolloutSpec.Strategy strategy =
        switch (random.nextInt(5)) {
          case 0 -> new RolloutSpec.Strategy.Rolling();
          case 1 ->
              new RolloutSpec.Strategy.Canary(
                  random.nextBoolean()
                      ? new RolloutSpec.CanaryNodes.First(1)
                      : new RolloutSpec.CanaryNodes.Matching(Map.of("role", "canary")),
                  Duration.ofSeconds(random.nextInt(90)),
                  random.nextBoolean());
          case 2 -> new RolloutSpec.Strategy.Barrier();
          default -> new RolloutSpec.Strategy.All();
        };
    return new RolloutSpec(
        strategy,
        new NodeShare(1, false),
        random.nextInt(2),
        random.nextInt(3) == 0 ? RolloutSpec.OnHalt.ROLLBACK : RolloutSpec.OnHalt.STAY,
        Duration.ofMinutes(5));
  }

  private int newCommit() {
    int number = ++commits;
    fleet.commits.rollout(number, spec());
    if (random.nextInt(3) == 0) {
      bad.add(commit(number));
    }
    if (random.nextInt(12) == 0) {
      fleet.commits.windows(number, new Window("daily 01:00-23:00", "UTC"));
    }
    return number;
  }

  /** One that reaches everyone at once. */
  private void pushPlain(String branch) {
    push(branch, ++commits);
  }

  private String push(String branch) {
    return push(branch, newCommit());
  }

  String push(String branch, int number) {
    fleet.commits.push(branch, number);
    fleet.deployments.reconcile();
    return branch + " to " + number;
  }

  private String pushSame() {
    List<CommitId> heads = List.copyOf(new TreeMap<>(fleet.commits.heads()).values());
    return heads.isEmpty() ? "" : push(branch(), number(one(heads)));
  }

  /** The number by which this story calls a commit; a newer one has a higher. */
  static int number(CommitId commit) {
    return Integer.parseInt(commit.value().substring(0, 7), 16);
  }

  private String delete(String branch) {
    fleet.commits.delete(branch);
    fleet.deployments.reconcile();
    return branch;
  }

  private String tag() {
    int number = 1 + random.nextInt(commits);
    fleet.commits.tag("v1", number);
    return "v1 on " + number;
  }

  private String pin() {
    String node = name();
    String ref =
        switch (random.nextInt(4)) {
          case 0, 1 -> branch();
          case 2 -> "v1";
          default -> commit(1 + random.nextInt(commits)).value();
        };
    String time = one(List.of("1m", "10m", "2h"));
    boolean evenFrozen = random.nextInt(4) == 0;
    fleet
        .operations
        .pins()
        .pin(ADA, new NodeName(node), new PinView.Request(ref, time, "trying", evenFrozen));
    return node + " to " + ref + " for " + time + (evenFrozen ? " even frozen" : "");
  }

  private String unpin(String node) {
    fleet.operations.pins().unpin(ADA, new NodeName(node));
    return node;
  }

  private String freeze() {
    String ref = random.nextBoolean() ? branch() : null;
    String selector = random.nextInt(4) == 0 ? "role=canary" : null;
    String outside = random.nextInt(6) == 0 ? "daily 01:00-23:00" : null;
    String time = one(List.of("30s", "10m", "2h", "2h"));
    fleet
        .holds
        .freezes()
        .freeze(ADA, new FreezeView.Request(ref, selector, time, "release week", outside, null));
    return ref + " " + selector + " for " + time + " outside " + outside;
  }

  private String unfreeze() {
    List<FreezeView> all = fleet.views.freezes();
    FreezeView ended = all.isEmpty() ? null : one(all);
    fleet
        .holds
        .freezes()
        .unfreeze(
            ADA, ended == null ? null : ended.ref(), ended == null ? null : ended.selector(), null);
    return ended == null ? "" : ended.scope();
  }

  private String rollback() {
    String branch = branchOf(fleet.commits.heads().keySet());
    List<CommitId> its =
        IntStream.rangeClosed(1, commits)
            .mapToObj(FakeCommits::commit)
            .filter(commit -> fleet.commits.leadsTo(branch, commit))
            .filter(commit ->
                !commit.equals(fleet.commits.heads().get(branch)) || random.nextInt(4) == 0)
            .toList();
    List<CommitId> never = its.stream().filter(to -> !promises.hasRun(branch, to)).toList();
    List<CommitId> from = never.isEmpty() || random.nextBoolean() ? its : never;
    String to = from.isEmpty() || random.nextInt(4) == 0 ? null : one(from).value();
    String until = random.nextInt(3) == 0 ? "10m" : null;
    RollbackView made;
    try {
      made =
          fleet
              .holds
              .rollbacks()
              .rollback(ADA, branch, new RollbackView.Request(to, "tasks are lost", until));
    } catch (Refusal e) {
      if (to != null && e.code().equals("ROLLBACK_NEW")) {
        promises.refusedAsNew(branch, new CommitId(to));
      }
      throw e;
    }
    promises.rolledBack(branch, made.commit());
    return branch + " to " + number(made.commit()) + " until " + until;
  }

  private String endRollback(String branch) {
    fleet.holds.rollbacks().end(ADA, branch);
    return branch;
  }

  private String steer(String branch, RolloutAct act) {
    fleet.operations.rollouts().order(ADA, branch, act, new RolloutView.Request("looking", null));
    promises.steered(branch);
    return branch;
  }

  private String label() {
    String node = name();
    boolean has =
        fleet
            .model
            .byName(new NodeName(node))
            .filter(n -> !n.settings().labels().isEmpty())
            .isPresent();
    fleet
        .operations
        .nodes()
        .label(
            ADA,
            new NodeName(node),
            has
                ? new Requests.Labels(null, List.of("role"))
                : new Requests.Labels(Map.of("role", "canary"), null));
    return node + (has ? " without role" : " role=canary");
  }

  private String follow() {
    String node = name();
    String branch = branch();
    fleet.operations.nodes().follow(ADA, new NodeName(node), branch);
    return node + " " + branch;
  }

  private String suspend() {
    String node = name();
    fleet
        .operations
        .suspensions()
        .suspend(ADA, new NodeName(node), new SuspensionView.Request("10m", "new disk"));
    return node;
  }

  private String resumeNode(String node) {
    fleet.operations.suspensions().resume(ADA, new NodeName(node));
    return node;
  }

  private String worker() {
    String node = name();
    WorkerAct act = one(List.of(WorkerAct.values()));
    fleet.operations.workers().order(ADA, new NodeName(node), "grep", act, "its cache is full");
    promises.ordered(node);
    return act + " of " + node;
  }

  private String retry(String node) {
    fleet.operations.nodes().retry(ADA, new NodeName(node));
    promises.reopened(node);
    return node;
  }

  private String remove() {
    String node = name();
    fleet.operations.nodes().remove(ADA, new NodeName(node));
    nodes.remove(node);
    return node;
  }

  private String joins() {
    String name = one(NAMES);
    String key = random.nextInt(4) == 0 ? one(NAMES) : name;
    String branch = branch();
    StoryNode joined = join(name, branch, key);
    nodes.put(name, joined);
    if (random.nextInt(4) > 0) {
      joined.start(fleet);
    }
    return name + " to " + branch + " with the key of " + key;
  }

  private StoryNode join(String name, String branch, String key) {
    Invitation invitation =
        fleet
            .operations
            .invitations()
            .create(ADA, new Invitation.Request(null, null, List.of(branch), null, null));
    JoinToken token = JoinToken.parse(invitation.token());
    fleet.enrollment.enroll(
        TestFleet.key(key),
        new EnrollRequest(token.id(), token.secret(), new NodeName(name), null),
        TestFleet.FROM);
    return new StoryNode(name);
  }

  private KeptGates gates() {
    return new KeptGates(fleet.store, fleet.decisions, fleet.model, _ -> {}, fleet.clock);
  }

  private String openGate() {
    String branch = branch();
    int candidate = newCommit();
    GateTable.Gate gate =
        gates.open(
            new Gates.Asked(branch, fleet.commits.heads().get(branch), commit(candidate), spec()),
            ADA);
    open.put(branch, gate);
    return branch + " for " + candidate + " on " + gate.canaries();
  }

  /** As the push does that opened it, or an operator. */
  private String endGate() {
    if (open.isEmpty()) {
      return "";
    }
    String branch = one(List.copyOf(open.keySet()));
    GateTable.Gate gate = Objects.requireNonNull(open.remove(branch));
    if (random.nextInt(4) == 0) {
      gates.end(branch, ADA);
    }
    boolean moves =
        gates.look(gate).filter(view -> view.passed()).isPresent() || random.nextInt(3) == 0;
    if (moves && Objects.equals(gate.before(), fleet.commits.heads().get(branch))) {
      push(branch, number(gate.candidate()));
    }
    gates.close(gate, ADA, moves ? "moved" : "stays");
    return branch + (moves ? " moves" : " stays");
  }

  private Duration drawnTime() {
    return switch (random.nextInt(5)) {
      case 0 -> Duration.ofSeconds(1);
      case 1 -> Duration.ofSeconds(30);
      case 2 -> Duration.ofMinutes(2);
      case 3 -> Duration.ofMinutes(11);
      default -> Duration.ofMinutes(50);
    };
  }

  private String time(Duration by) {
    Duration first = FleetModel.OFFLINE_AFTER;
    if (by.compareTo(first) > 0) {
      goOn(first); // who is away is seen to be, and whatever that stops is stopped
      settle();
      promises.look();
      goOn(by.minus(first));
    } else {
      goOn(by);
    }
    return by.toString();
  }

  private void goOn(Duration by) {
    fleet.clock.advance(by);
    nodes.values().stream().filter(node -> node.online).forEach(node -> node.live(fleet));
    fleet.heartbeats.flush();
  }

  private String pass() {
    StoryNode node = someNode(true);
    if (node == null) {
      return "";
    }
    if (random.nextInt(4) > 0) {
      node.hear(fleet);
    }
    StoryNode.Outcome drawn =
        random.nextInt(2) == 0
            ? wellOrBad(node)
            : StoryNode.Outcome.values()[random.nextInt(StoryNode.Outcome.values().length)];
    String said = node.pass(fleet, drawn, random);
    promises.heard(node.name);
    return node.name + " is " + said;
  }

  /** Some commits are bad, and most nodes fail on them. */
  private StoryNode.Outcome wellOrBad(StoryNode node) {
    return bad.contains(node.commit()) && random.nextInt(4) > 0
        ? StoryNode.Outcome.AT_FAULT
        : StoryNode.Outcome.WELL;
  }

  private String passOfAll(Function<StoryNode, StoryNode.Outcome> outcome) {
    List<String> said = new ArrayList<>();
    for (StoryNode node : nodes.values()) {
      if (node.online) {
        node.hear(fleet);
        said.add(node.name + " is " + node.pass(fleet, outcome.apply(node), random));
        promises.heard(node.name);
      }
    }
    return String.join(", ", said);
  }

  private String away() {
    StoryNode node = someNode(true);
    if (node == null) {
      return "";
    }
    node.online = false;
    boolean cleanly = random.nextBoolean();
    if (cleanly) {
      fleet.contacts.goodbye(fleet.record(node.name), Talk.NOTHING);
    }
    return node.name + (cleanly ? " cleanly" : "");
  }

  private String back() {
    StoryNode node = someNode(false);
    if (node == null) {
      return "";
    }
    node.start(fleet);
    return node.name;
  }

  private String restart() {
    fleet.heartbeats.flush();
    boolean inGate = !fleet.views.gates().isEmpty(); // it ends with its push
    SteeringPromises.Shown before = promises.shown();
    fleet = fleet.restarted();
    gates = gates();
    open.clear();
    fleet.operations.suspensions().expire();
    nodes.values().stream().filter(node -> node.online).forEach(node -> node.live(fleet));
    settle();
    if (!inGate) {
      promises.sameAfterRestart(before);
    }
    return "";
  }

  /** Takes away whatever holds, lets every node do well, and waits for the end. */
  private void calm() {
    log.add("CALM");
    act(() ->
        fleet
            .views
            .freezes()
            .forEach(f -> fleet.holds.freezes().unfreeze(ADA, f.ref(), f.selector(), null)));
    for (String branch : BRANCHES) {
      open.computeIfPresent(
          branch,
          (_, gate) -> {
            gates.close(gate, ADA, "stays");
            return null;
          });
      if (!fleet.commits.heads().containsKey(branch)) {
        int last =
            fleet.model.read(now -> now.heads().get(branch)) == null ? newCommit() : lastOf(branch);
        log.add("PUSH " + push(branch, last));
      }
      act(() -> fleet.holds.rollbacks().end(ADA, branch));
      act(() -> steer(branch, RolloutAct.RESUME));
    }
    for (StoryNode node : nodes.values()) {
      act(() -> unpin(node.name));
      act(() ->
          fleet
              .operations
              .workers()
              .order(ADA, new NodeName(node.name), "grep", WorkerAct.START, null));
      act(() -> resumeNode(node.name));
      node.start(fleet);
    }
    for (int i = 0; i < ROUNDS_MAX; i++) {
      log.add("PASS_OF_ALL " + passOfAll(_ -> StoryNode.Outcome.WELL));
      time(Duration.ofMinutes(i < 20 ? 2 : 20));
      settle();
      promises.look();
      if (!promises.broken().isEmpty() || promises.everyoneIsThere()) {
        break;
      }
      advised(i);
    }
    promises.clean();
  }

  private int lastOf(String branch) {
    return number(
        fleet.model.read(now -> Objects.requireNonNull(now.heads().get(branch)).commit()));
  }

  /** An operator who does what he is told to do. */
  private void advised(int round) {
    for (StoryNode node : nodes.values()) {
      String why = fleet.view(node.name).why();
      if (why.contains("pullcord retry " + node.name)) {
        act(() -> retry(node.name));
      }
    }
    for (RolloutView rollout : fleet.views.rollouts()) {
      if (rollout.state() == RolloutView.State.HALTED && round % 3 == 1) {
        act(() -> steer(rollout.ref(), RolloutAct.RESUME));
      } else if (rollout.reason().contains("promote")) {
        act(() -> steer(rollout.ref(), RolloutAct.PROMOTE));
      }
    }
  }

  private void act(Runnable order) {
    try {
      order.run();
    } catch (Refusal _) {
      // There was nothing of that kind.
    } catch (RuntimeException e) {
      promises.wrong("in the calm: " + e);
    }
    settle();
    promises.look();
  }

  @Override
  public void close() {
    fleet.close();
  }
}
