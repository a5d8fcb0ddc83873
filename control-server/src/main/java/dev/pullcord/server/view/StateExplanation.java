package dev.pullcord.server.view;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.Suspension;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The paragraph that answers "why is it in that state": which, why, since when, what to do. */
final class StateExplanation {
  private StateExplanation() {}

  /**
   * The paragraph.
   *
   * @param hold what keeps it from a newer commit
   * @param lost how its rollout takes its silence; empty where that is nothing to it
   */
  static String of(NodeRecord node, Optional<NodeHold> hold, String lost) {
    String state =
        node.name()
            + " has been "
            + node.state().wireName()
            + " since "
            + seconds(node.standing().since())
            + ": "
            + node.state().bare(node.reason())
            + (node.reason().endsWith("?") ? "" : ".");
    return Stream.of(
            state,
            lost,
            node.contact().alarm() == null ? details(node, hold, lost) : alarm(node),
            lost(node),
            drift(node),
            suspended(node),
            gate(node, hold),
            pinned(node))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .reduce((before, next) -> before + (isEnded(before) ? " " : ". ") + next)
        .orElseThrow();
  }

  /** A command at the end of a sentence has no full stop, unless another sentence follows. */
  private static boolean isEnded(String text) {
    return text.endsWith(".") || text.endsWith("?");
  }

  private static String pinned(NodeRecord node) {
    PinTable.StoredPin pin = node.pin();
    return pin == null
        ? ""
        : "It is pinned to %s by %s until %s (%s); to end that: pullcord unpin %s"
            .formatted(pin.ref(), pin.owner(), seconds(pin.expiresAt()), pin.reason(), node.name());
  }

  static Instant seconds(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS);
  }

  private static String drift(NodeRecord node) {
    DriftStatus drift = node.drift();
    return drift == null
        ? ""
        : "It has drifted since "
            + seconds(drift.since())
            + ": "
            + drift.reason()
            + ". Its agent stages the commit again by itself, unless its agent.yaml says drift:"
            + " report; then a new commit replaces what differs.";
  }

  private static String suspended(NodeRecord node) {
    Suspension it = node.suspension();
    return it == null
        ? ""
        : "It is suspended by %s until %s (%s), and nothing counts it; to end that: pullcord"
                .formatted(it.owner(), seconds(it.expiresAt()), it.reason())
            + " resume-node "
            + node.name()
            + ".";
  }

  private static String gate(NodeRecord node, Optional<NodeHold> hold) {
    String gate = node.decision().gate();
    return gate == null
        ? ""
        : "It is a canary of the "
            + gate
            + " for "
            + node.decision().ref()
            + ": when all canaries run the commit well the branch moves to it, else they go back."
            + " The push of it shows how far it is, and Ctrl-C there ends it."
            + (node.state() == NodeState.WAITING ? "" : hold.map(by -> " " + by.way()).orElse(""));
  }

  private static String lost(NodeRecord node) {
    Instant since = node.lostSince();
    return since == null
        ? ""
        : "Contact with its agent is lost since "
            + seconds(since)
            + "; it is offline when that lasts for 45 s.";
  }

  private static String alarm(NodeRecord node) {
    String name = node.name().value();
    if (node.contact().twoHosts() != null) {
      return "What it says may be of either of the two, so nothing of it is taken for converged."
          + " On the one that is the copy, make it a node of its own: pullcord invite, then"
          + " pullcord-agent join --anew URL --name OTHER-NAME; or stop its agent. The alarm ends"
          + " by itself when one of them has been silent for two minutes.";
    }
    return "It keeps running that, and takes nothing older by itself. Push the commits that are"
        + " missing here from a clone that has them; or, to go on from what this server has, push"
        + " a new commit to "
        + node.decision().ref()
        + ", or pullcord pin "
        + name
        + ". See docs/operating/recover.md.";
  }

  private static String details(NodeRecord node, Optional<NodeHold> hold, String lost) {
    String name = node.name().value();
    return switch (node.state()) {
      case CONVERGED -> proofs(node) + advice(node);
      case NEVER_SEEN ->
          "On the node, start the agent: systemctl start pullcord-agent, or pullcord-agent run"
              + " --state DIR where it is no unit. If it will never come:"
              + " pullcord node remove "
              + name;
      case OFFLINE ->
          lastWord(node)
              + (lost.isEmpty() ? "Its" : "Unless its host is down, its")
              + " workers run on. "
              + (node.contact().stoppedAt() == null
                  ? "On the node, see whether the agent runs and reaches the server: pullcord-agent"
                      + " status."
                  : "To go on, start the agent on the node: systemctl start pullcord-agent, or"
                      + " pullcord-agent run --state DIR where it is no unit.")
              + " If the node is gone for good: pullcord node"
              + " remove "
              + name;
      case FAILED, ROLLED_BACK -> failed(node);
      case APPLYING -> "Follow it: pullcord status --watch.";
      case HELD -> hold.map(StateExplanation::kept).orElseGet(() -> held(node));
      case WAITING -> waiting(node, hold);
    };
  }

  private static String failed(NodeRecord node) {
    return node.reason().contains(HeldCause.DOES_NOT_ALLOW + " env-file")
        ? "A worker cannot do without that file. " + allow(node)
        : "Read what it did: pullcord node "
            + node.name()
            + ". When the release is at fault, push a commit that mends it; when the host was,"
            + " mend that and say: pullcord retry "
            + node.name();
  }

  private static String advice(NodeRecord node) {
    if (node.unproven()) {
      return "What runs there may be older than it looks: let its status command print the line"
          + " pullcord-generation N. ";
    }
    if (node.drift() != null) {
      return "";
    }
    return node.draining()
        ? "Nobody has to wait for what drains. For one that will never end: pullcord worker kill "
            + node.name()
            + " GENERATION --reason 'why'"
        : "There is nothing to do.";
  }

  private static String held(NodeRecord node) {
    Set<String> stopped = node.settings().orders().stopped().keySet();
    return switch (HeldCause.of(node.reason(), !stopped.isEmpty())) {
      case NOOP ->
          "What runs there is kept running. It does what it says once noop is taken out of"
              + " its agent.yaml and its agent is started again.";
      case NOT_ALLOWED -> "What runs there is kept running. " + allow(node);
      case ROOT ->
          "What runs there is kept running. Do one of the things that the reason names on its"
              + " host, and start its agent again.";
      case STOPPED ->
          stopped.stream()
              .map(worker -> "pullcord worker start " + node.name() + " --worker " + worker)
              .collect(Collectors.joining("; ", "To run it again: ", ""));
      case OTHER -> "It goes on by itself when what holds it ends.";
    };
  }

  /** While a node is pinned, it does not matter which branch it follows. */
  private static String allow(NodeRecord node) {
    PinTable.StoredPin pin = node.pin();
    return "Change that key in agent.yaml on its host and start its agent again"
        + (pin == null || pin.branch() ? "; or push a commit that does without it" : "")
        + (pin == null
            ? "; or let the node follow another branch: pullcord follow " + node.name() + " BRANCH"
            : "; or end its pin.");
  }

  private static String kept(NodeHold hold) {
    return "It keeps what it runs until then. " + hold.way();
  }

  private static String waiting(NodeRecord node, Optional<NodeHold> hold) {
    if (node.lastSeen() == null) {
      return "If its agent does not start by itself, on the node: systemctl start pullcord-agent,"
          + " or pullcord-agent run --state DIR where it is no unit";
    }
    if (hold.isPresent()) {
      return node.decision().gate() == null ? kept(hold.get()) : hold.get().way();
    }
    if (node.decision().commit() == null) {
      return "Push to it: git push origin " + ShellWord.of("HEAD:" + node.decision().ref());
    }
    return lastWord(node)
        + "It was told, and asks by itself once a minute. To make it ask now, on the node:"
        + " pullcord-agent sync";
  }

  private static String lastWord(NodeRecord node) {
    if (node.said() == null) {
      return "";
    }
    CommitId applied = node.said().status().appliedCommit();
    return "What it said last, at "
        + seconds(node.said().receivedAt())
        + ": "
        + node.said().status().state().wireName()
        + (applied == null ? ", nothing active" : ", " + applied.abbreviated() + " active")
        + ". ";
  }

  private static String proofs(NodeRecord node) {
    if (node.said() == null || node.said().status().workers().isEmpty()) {
      return "";
    }
    return node.said().status().workers().entrySet().stream()
        .map(w -> "Worker " + w.getKey() + ": " + w.getValue().proof() + ". ")
        .collect(Collectors.joining());
  }
}
