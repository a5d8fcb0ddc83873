package dev.pullcord.server.dashboard.fleet;

import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of a node, in its cell and in its row.
 *
 * @param since when its state began
 * @param ref the branch that it follows
 * @param pin null while it is not pinned
 */
record FleetLine(
    String name,
    StateSign state,
    Moment since,
    String reason,
    Version version,
    String ref,
    @Nullable PinLine pin,
    Facts facts) {

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
        + (facts.drains().isEmpty() ? "" : " draining")
        + (facts.drift() == null ? "" : " drifted")
        + (facts.suspended() == null ? "" : " suspended")
        + (facts.lost() == null ? "" : " lost");
  }

  /** Whether nothing proves that one of its workers is what was started last. */
  boolean unproven() {
    return !facts.unproven().isEmpty();
  }

  /** Whether it is in the counts. */
  boolean counts() {
    return facts.suspended() == null;
  }

  /** Whether it failed, and trying once more may help: with an alarm it does not. */
  boolean canBeRetried() {
    boolean failed = state == StateSign.FAILED || state == StateSign.ROLLED_BACK;
    return failed && !facts.alarm();
  }

  /** Rows are in the order of this: who is under maintenance needs nobody. */
  String order() {
    return (counts() ? state.ordinal() : StateSign.values().length) + NaturalOrder.key(name);
  }

  /** The colour of its row. */
  StateSign.Tone tone() {
    return counts() ? state.tone() : StateSign.Tone.NONE;
  }

  /** Whether it asks for a word also in a large fleet. */
  boolean ofNote() {
    return state != StateSign.CONVERGED
        || pin != null
        || !facts.drains().isEmpty()
        || facts.drift() != null
        || facts.lost() != null
        || facts.suspended() != null
        || unproven();
  }

  /** What its cell says to who points at it, or cannot see it. */
  String label() {
    return name
        + ", "
        + state.word()
        + (state == StateSign.CONVERGED ? "" : ": " + reason)
        + (pin == null ? "" : ", pinned to " + pin.ref() + ": " + pin.reason())
        + (facts.drains().isEmpty() ? "" : ", draining")
        + (facts.drift() == null ? "" : ", drifted")
        + (facts.lost() == null ? "" : ", lost contact")
        + (facts.suspended() == null ? "" : ", suspended " + facts.suspended())
        + (unproven() ? ", unproven" : "");
  }

  /** Without when it was last seen, which changes all the time. */
  FleetLine unseen() {
    Facts still = facts.unseen();
    return facts.lastSeen() == null
        ? this
        : new FleetLine(name, state, since, reason, version, ref, pin, still);
  }

  /** What a node runs and what it is to run; null where there is nothing. */
  record Version(FleetSheet.@Nullable Commit applied, FleetSheet.@Nullable Commit target) {
    boolean behind() {
      return target != null && !target.equals(applied);
    }
  }

  /**
   * What is known of a node beside its state.
   *
   * @param tags its labels
   * @param drains generations that finish their work
   * @param unproven workers of which nothing proves that they are what was started last, and why
   * @param drift how its disk differs from its commit; null when it does not
   * @param lost when contact with its agent was lost; null while it is there
   * @param suspended by whom and why; null while it is not
   * @param alarm whether it is failed for something that needs a person
   */
  record Facts(
      Map<String, String> tags,
      List<Drain> drains,
      List<String> unproven,
      @Nullable String drift,
      @Nullable Moment lastSeen,
      @Nullable Moment lost,
      @Nullable String agent,
      @Nullable String suspended,
      boolean alarm) {
    Facts {
      tags = Collections.unmodifiableMap(new TreeMap<>(tags));
      drains = List.copyOf(drains);
      unproven = List.copyOf(unproven);
    }

    /** Without when it was last seen. */
    Facts unseen() {
      return new Facts(tags, drains, unproven, drift, null, lost, agent, suspended, alarm);
    }

    List<String> labels() {
      return tags.entrySet().stream().map(t -> t.getKey() + "=" + t.getValue()).toList();
    }
  }

  /** A pin in force. */
  record PinLine(String ref, String owner, String reason, Moment expires) {}

  /** A generation of a worker that finishes its work. */
  record Drain(String worker, Moment since) {}
}
