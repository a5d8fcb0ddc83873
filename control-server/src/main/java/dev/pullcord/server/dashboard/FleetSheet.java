package dev.pullcord.server.dashboard;

import dev.pullcord.base.text.Sha256;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.server.dashboard.StateSign.Tone;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The fleet page as a value: all that is shown and nothing that is not, so that two equal ones mean
 * that nobody has to be told. Texts are as they came; the templates escape them. It has no "now":
 * ages are worked out when it is written.
 *
 * @param verdict converged or not
 * @param counts of nodes by state, those that occur, worst first
 * @param bar the same as parts of a bar
 * @param attributes what is true beside the states: {@code 1 pinned}
 * @param refs a line per branch
 * @param nodes worst first, then by name
 * @param notShown how many nodes more there are than a page holds
 * @param revision of desired state
 */
record FleetSheet(
    Verdict verdict,
    List<Count> counts,
    List<Part> bar,
    List<String> attributes,
    List<RefLine> refs,
    List<NodeRow> nodes,
    int notShown,
    long revision) {
  FleetSheet {
    counts = List.copyOf(counts);
    bar = List.copyOf(bar);
    attributes = List.copyOf(attributes);
    refs = List.copyOf(refs);
    nodes = List.copyOf(nodes);
  }

  /** What stands above the nodes. */
  FleetSheet withoutNodes() {
    return new FleetSheet(verdict, counts, bar, attributes, refs, List.of(), notShown, revision);
  }

  /** The verdict and what belongs to it. */
  FleetSheet withoutRefs() {
    return new FleetSheet(
        verdict, counts, bar, attributes, List.of(), List.of(), notShown, revision);
  }

  /**
   * Two models with the same mark show the same, but for when nodes were last seen. By it an open
   * page knows whether it is what a change is a change to.
   */
  String mark() {
    MessageDigest sha = Sha256.digest();
    sha.update(withoutNodes().toString().getBytes(StandardCharsets.UTF_8));
    for (NodeRow node : nodes) {
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
   */
  record Verdict(Tone tone, String sign, String headline, String detail, String title) {}

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
   * @param pushedBy null when there is no deployment
   * @param pushedAt null when there is no deployment
   * @param progress {@code 2/3 converged}, {@code converged 3/3 in 1.2s}
   */
  record RefLine(
      String ref,
      @Nullable Commit commit,
      @Nullable String subject,
      @Nullable String author,
      @Nullable String pushedBy,
      @Nullable Moment pushedAt,
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

  /** A node. */
  record NodeRow(
      String name,
      StateSign state,
      Moment since,
      String reason,
      Version version,
      String ref,
      @Nullable PinLine pin,
      List<WorkerLine> workers,
      Facts facts) {
    NodeRow {
      workers = List.copyOf(workers);
    }

    /** Of its line in the page. */
    String id() {
      return "node-" + name;
    }

    /** Of its cell in the page. */
    String cell() {
      return "c-" + name;
    }

    /** The classes of its cell. */
    String css() {
      return state.css()
          + (pin == null ? "" : " pinned")
          + (facts.draining() ? " draining" : "")
          + (facts.drift() == null ? "" : " drifted")
          + (facts.lost() == null ? "" : " lost");
    }

    /** Whether nothing proves that one of its workers is what was started last. */
    boolean unproven() {
      return workers.stream().anyMatch(WorkerLine::unproven);
    }

    /** Rows are in the order of this. */
    String order() {
      return state.ordinal() + name;
    }

    /** Whether it asks for a word also in a large fleet. */
    boolean ofNote() {
      return state != StateSign.CONVERGED
          || pin != null
          || facts.draining()
          || facts.drift() != null
          || facts.lost() != null
          || unproven();
    }

    /** What its cell says to who points at it, or cannot see it. */
    String label() {
      return name
          + ", "
          + state.word()
          + (state == StateSign.CONVERGED ? "" : ": " + reason)
          + (pin == null ? "" : ", pinned to " + pin.ref() + ": " + pin.reason())
          + (facts.draining() ? ", draining" : "")
          + (facts.drift() == null ? "" : ", drifted")
          + (facts.lost() == null ? "" : ", lost contact")
          + (unproven() ? ", unproven" : "");
    }

    /** Without when it was last seen, which changes all the time. */
    NodeRow unseen() {
      Facts still = facts.unseen();
      return facts.lastSeen() == null
          ? this
          : new NodeRow(name, state, since, reason, version, ref, pin, workers, still);
    }
  }

  /** What a node runs and what it is to run; null where there is nothing. */
  record Version(@Nullable Commit applied, @Nullable Commit target) {
    boolean behind() {
      return target != null && !target.equals(applied);
    }
  }

  /**
   * What is known of a node beside its state.
   *
   * @param tags its labels
   * @param drift how its disk differs from its commit; null when it does not
   * @param lost when contact with its agent was lost; null while it is there
   */
  record Facts(
      Map<String, String> tags,
      boolean draining,
      @Nullable String drift,
      @Nullable Moment lastSeen,
      @Nullable Moment lost,
      @Nullable String agent) {
    Facts {
      tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    /** Without when it was last seen. */
    Facts unseen() {
      return new Facts(tags, draining, drift, null, lost, agent);
    }

    List<String> labels() {
      return tags.entrySet().stream().map(t -> t.getKey() + "=" + t.getValue()).toList();
    }
  }

  /** A pin in force. */
  record PinLine(String ref, String owner, String reason, Moment expires) {}

  /**
   * A worker of a node.
   *
   * @param unproven whether nothing proves that it is what was started last
   * @param generations those that live, newest first
   */
  record WorkerLine(String name, String proof, boolean unproven, List<Generation> generations) {
    WorkerLine {
      generations = List.copyOf(generations);
    }
  }

  /** One start of a worker. */
  record Generation(long number, long pid, String phase, Moment started, Commit commit) {
    boolean draining() {
      return phase.equals(GenerationPhase.DRAINING.wireName());
    }
  }
}
