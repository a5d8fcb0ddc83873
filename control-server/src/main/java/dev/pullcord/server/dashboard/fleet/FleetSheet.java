package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.base.text.Sha256;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StateSign.Tone;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fleet page as a value: all that is shown and nothing that is not, so that two equal ones mean
 * that nobody has to be told. Texts are as they came; the templates escape them. It has no "now":
 * ages are worked out when it is written.
 *
 * @param verdict converged or not
 * @param counts of nodes by state, those that occur, worst first
 * @param remarks what is true beside the states
 * @param refs a line per branch
 * @param recent the last deployments, newest first
 * @param nodes worst first, then by name
 * @param holds freezes and rollbacks in force
 * @param notShown how many nodes more there are than a page holds
 * @param revision of desired state
 */
record FleetSheet(
    Verdict verdict,
    List<Count> counts,
    Remarks remarks,
    List<RefLine> refs,
    List<DeploymentRow> recent,
    List<FleetLine> nodes,
    List<HoldLine> holds,
    int notShown,
    long revision) {
  FleetSheet {
    counts = List.copyOf(counts);
    refs = List.copyOf(refs);
    recent = List.copyOf(recent);
    nodes = List.copyOf(nodes);
    holds = List.copyOf(holds);
  }

  /**
   * What is true beside the states.
   *
   * @param attributes of nodes: {@code 1 pinned}
   * @param alarms what needs a person, as {@code pullcord status} says it
   */
  record Remarks(List<String> attributes, List<String> alarms) {
    Remarks {
      attributes = List.copyOf(attributes);
      alarms = List.copyOf(alarms);
    }
  }

  /** What is true of nodes beside their states. */
  List<String> attributes() {
    return remarks.attributes();
  }

  /** What needs a person. */
  List<String> alarms() {
    return remarks.alarms();
  }

  /** What stands above the nodes. */
  FleetSheet withoutNodes() {
    return new FleetSheet(
        verdict, counts, remarks, refs, recent, List.of(), holds, notShown, revision);
  }

  /** The verdict and what belongs to it. */
  FleetSheet withoutRefs() {
    return new FleetSheet(
        verdict, counts, remarks, List.of(), List.of(), List.of(), holds, notShown, revision);
  }

  /** What a reader does about it, most useful first. */
  List<NextStep> next() {
    return verdict.next();
  }

  /**
   * Two models with the same mark show the same, but for when nodes were last seen. By it an open
   * page knows whether it is what a change is a change to.
   */
  String mark() {
    MessageDigest sha = Sha256.digest();
    sha.update(withoutNodes().toString().getBytes(StandardCharsets.UTF_8));
    for (FleetLine node : nodes) {
      sha.update(node.unseen().toString().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(sha.digest(), 0, 12);
  }

  /**
   * What is read from across the room.
   *
   * @param headline {@code Converged 3/3}, {@code 2 of 3 converged}, {@code No node yet}
   * @param detail which nodes are not
   * @param title for the browser's tab
   * @param next what a reader does about it, most useful first
   */
  record Verdict(
      Tone tone, String sign, String headline, String detail, String title, List<NextStep> next) {
    Verdict {
      next = List.copyOf(next);
    }

    Verdict then(List<NextStep> steps) {
      return new Verdict(tone, sign, headline, detail, title, steps);
    }
  }

  /**
   * Where a reader goes to do something about it.
   *
   * @param steers whether that page is for those alone who steer the fleet
   * @param due from when on it is of use; null for at once
   */
  record NextStep(String text, String path, boolean steers, @Nullable Moment due) {
    NextStep(String text, String path, boolean steers) {
      this(text, path, steers, null);
    }

    /** Whether the page keeps it back for now. */
    boolean early(Instant now) {
      return due != null && due.at().isAfter(now);
    }
  }

  /**
   * A deployment in a line.
   *
   * @param outcome {@code converged 6/6 in 2.1s}
   */
  record DeploymentRow(
      long id,
      String ref,
      String subject,
      String by,
      Tone tone,
      String sign,
      String outcome,
      Moment at) {}

  /** So many nodes in a state. */
  record Count(StateSign state, int nodes) {}

  /** A stretch of a bar that is 100 wide. */
  record Part(StateSign state, double x, double width) {}

  /**
   * A commit.
   *
   * @param id all 40 digits
   */
  record Commit(String id) {
    String digits() {
      return id.substring(0, 7);
    }
  }

  /**
   * A branch that some node follows or is pinned to.
   *
   * @param deployment of its commit; null when there is none
   * @param progress {@code 2/3 converged}, {@code converged 3/3 in 1.2s}
   */
  record RefLine(
      String ref,
      @Nullable Commit commit,
      @Nullable String subject,
      @Nullable Long deployment,
      Progress progress) {}

  /**
   * How far a branch's commit has come.
   *
   * @param label what the bar says to who cannot see it
   */
  record Progress(Tone tone, String sign, String text, String label, List<Part> bar) {
    Progress {
      bar = List.copyOf(bar);
    }
  }
}
