package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.contact.Talk;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An agent without its disk: it takes what it was told, with the ends of pins and freezes that it
 * knows of, and says what an agent would say.
 */
final class StoryNode {
  /** How a pass ends. */
  enum Outcome {
    WELL,
    UNDER_WAY,
    AT_FAULT,
    ENVIRONMENT,
    HELD_BY_HOST
  }

  final String name;
  boolean online;
  private @Nullable DesiredState heard;
  private @Nullable CommitId applied;
  private final Map<CommitId, Long> quarantined = new HashMap<>();

  StoryNode(String name) {
    this.name = name;
  }

  /** Its agent starts, and asks what it is to run. */
  void start(TestFleet fleet) {
    online = true;
    fleet.start(name);
    hear(fleet);
  }

  void hear(TestFleet fleet) {
    heard = fleet.desired(name);
  }

  /** What it was told to run. */
  @Nullable CommitId commit() {
    return heard == null ? null : heard.commit();
  }

  /** It shows that it lives. */
  void live(TestFleet fleet) {
    fleet.contacts.heard(fleet.record(name), Talk.NOTHING);
  }

  /** What it goes by at that time. */
  private record Target(
      String ref, @Nullable CommitId commit, @Nullable Long deployment, boolean isPinned) {
    static Target of(DesiredState heard, Instant now) {
      Pin pin = heard.pin();
      Withheld withheld = heard.withheld();
      if (pin != null && !now.isBefore(pin.expiresAt())) {
        Pin.After after = pin.after();
        return new Target(after.ref(), after.commit(), after.deployment(), false);
      }
      return withheld != null && isOver(withheld, now)
          ? new Target(withheld.ref(), withheld.commit(), withheld.deployment(), pin != null)
          : new Target(heard.ref(), heard.commit(), heard.deployment(), pin != null);
    }

    static boolean isOver(Withheld withheld, Instant now) {
      return withheld.until() != null
          && withheld.commit() != null
          && !now.isBefore(withheld.until());
    }
  }

  /** A pass and its report; returns what it said. */
  String pass(TestFleet fleet, Outcome drawn, Random random) {
    Instant now = fleet.clock.instant();
    DesiredState told = Objects.requireNonNull(heard, name);
    Target target = Target.of(told, now);
    Said said = Said.by(fleet, name).acting(told).target(target.commit());
    said.goingBy(target.ref(), target.deployment(), target.isPinned());
    if (told.stage() != null) {
      stage(said, drawn);
    }
    String state = decided(fleet, said, told, target, drawn, random);
    said.applied(applied).workers(Map.of());
    if (applied != null) {
      said.workers(
          Map.of("grep", Said.worker(applied, GenerationPhase.CONSUMING, "ab".repeat(32))));
    }
    fleet.report(name, said.next());
    return state;
  }

  private static void stage(Said said, Outcome drawn) {
    switch (drawn) {
      case WELL -> said.stage(StageStatus.State.READY, "");
      case UNDER_WAY, ENVIRONMENT -> said.stage(StageStatus.State.PREPARING, "staging");
      case AT_FAULT -> said.stage(StageStatus.State.FAILED, "its check ended with 1");
      case HELD_BY_HOST -> said.stage(StageStatus.State.HELD, "noop: it only looks");
    }
  }

  private String decided(
      TestFleet fleet, Said said, DesiredState told, Target target, Outcome drawn, Random random) {
    Instant now = fleet.clock.instant();
    Withheld withheld = told.withheld();
    boolean pinEnded = told.pin() != null && !target.isPinned();
    if (withheld != null && (pinEnded || Target.isOver(withheld, now))) {
      withheld = null;
    }
    CommitId commit = target.commit();
    if (commit == null) {
      NodeState state = withheld == null ? NodeState.WAITING : withheld.kind().state();
      said.state(
          state,
          withheld == null ? "nothing was pushed to " + target.ref() + " yet" : withheld.reason());
      return state.wireName() + " for a commit";
    }
    if (quarantined.getOrDefault(commit, -1L) >= told.retry()) {
      return failed(said, commit, NodeState.ROLLED_BACK, null);
    }
    quarantined.remove(commit);
    Outcome outcome = commit.equals(applied) && random.nextInt(6) > 0 ? Outcome.WELL : drawn;
    return switch (outcome) {
      case WELL -> {
        applied = commit;
        NodeState state = withheld == null ? NodeState.CONVERGED : withheld.kind().state();
        Orders.Stop stop = told.orders().stopped().get("grep");
        if (stop != null && withheld == null) {
          said.state(NodeState.HELD, "worker grep " + stop.text());
          yield "held without a worker on " + commit.abbreviated();
        }
        String runs = "runs " + commit.abbreviated();
        said.state(state, withheld == null ? runs : withheld.reason() + "; " + runs);
        yield state.wireName() + " on " + commit.abbreviated();
      }
      case UNDER_WAY -> {
        said.state(NodeState.APPLYING, "staging " + commit.abbreviated());
        yield "applying " + commit.abbreviated();
      }
      case AT_FAULT -> {
        if (commit.equals(applied)) {
          yield failed(said, commit, NodeState.FAILED, null); // its worker died
        }
        quarantined.put(commit, told.retry());
        yield failed(
            said, commit, applied == null ? NodeState.FAILED : NodeState.ROLLED_BACK, null);
      }
      case ENVIRONMENT -> failed(said, commit, NodeState.FAILED, now.plusSeconds(30));
      case HELD_BY_HOST -> {
        said.state(NodeState.HELD, "noop: would run " + commit.abbreviated());
        yield "held by noop before " + commit.abbreviated();
      }
    };
  }

  private static String failed(
      Said said, CommitId commit, NodeState state, @Nullable Instant retryAt) {
    said.state(state, "its check ended with 1 on " + commit.abbreviated());
    if (retryAt != null) {
      said.retryAt(retryAt);
    }
    return state.wireName() + " on " + commit.abbreviated();
  }
}
