package dev.pullcord.server.dashboard.node;

import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.Pass;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.hold.HoldLinks;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.HeldCause;
import dev.pullcord.server.view.NodeHold;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the page of one node shows.
 *
 * @param commits the commits that it names
 * @param past what the node did and ran
 * @param branches what it could follow
 * @param hold what keeps it from a newer commit; null for nothing
 * @param after what the end of its pin would change; empty while it is not pinned
 */
record NodePage(
    Html.Frame frame,
    NodeView node,
    StateSign sign,
    Commits commits,
    Past past,
    List<String> branches,
    @Nullable NodeHold hold,
    List<String> after,
    Instant now) {
  private static final Pattern REMOVAL =
      Pattern.compile("(^| )If [^:.]*: pullcord node remove \\S+");
  private static final Pattern FOLLOWED_HERE = Pattern.compile("(^| )Follow it: pullcord [^.]*\\.");
  private static final Pattern SHOWN_BELOW =
      Pattern.compile("(^| )It is (suspended by|pinned to) .*");

  /**
   * The commits of a node's page.
   *
   * @param target what it is to run; null where nothing is decided
   * @param applied what it runs; null for nothing
   * @param waits what waits for the end of its hold; null for none
   */
  record Commits(
      NodePages.@Nullable Commit target,
      NodePages.@Nullable Commit applied,
      NodePages.@Nullable Commit waits) {}

  /**
   * What was on a node before now.
   *
   * @param passes what it did, newest first
   * @param runs what ran on it, newest first
   */
  record Past(List<Pass> passes, List<HistoryView.Run> runs) {}

  Moment moment(Instant at) {
    return new Moment(at);
  }

  /**
   * What the paragraph of the API says beyond state, time and reason, which stand above it, and
   * without the commands for what the page shows, or has a button for.
   */
  String advice() {
    String head = ": " + reason() + (reason().endsWith("?") ? " " : ". ");
    int at = node.why().indexOf(head);
    String advice = at < 0 ? node.why() : node.why().substring(at + head.length());
    String kept = removable() ? REMOVAL.matcher(advice).replaceFirst("") : advice;
    String shown = FOLLOWED_HERE.matcher(kept).replaceFirst("");
    return SHOWN_BELOW.matcher(shown).replaceFirst("").strip();
  }

  /** Why it is in its state, beside the name of that. */
  String reason() {
    return node.state().bare(node.reason());
  }

  /** Where to see, or to end, what keeps it from a newer commit; null for nowhere. */
  @Nullable Way way() {
    if (hold == null) {
      return null;
    }
    return switch (hold.kind()) {
      case FREEZE ->
          new Way("End the freeze…", HoldLinks.freeze(hold.ref(), hold.selector()), true);
      case GATE -> new Way("End the gate…", HoldLinks.gate(hold.ref()), true);
      case ROLLOUT -> deployment("Its rollout");
      case WINDOW -> deployment("What waits for the window");
    };
  }

  private @Nullable Way deployment(String text) {
    Long id = hold == null ? null : hold.deployment();
    return id == null ? null : new Way(text, "/ui/deployments/" + id, false);
  }

  /** Whether it may be gone for good, and the reader may take it out. */
  boolean removable() {
    return frame.may(Principal.Role.ADMIN)
        && (node.state() == NodeState.NEVER_SEEN || node.state() == NodeState.OFFLINE);
  }

  /** What its agent said of the host; null before that. */
  @Nullable NodeFacts facts() {
    return node.host() == null ? null : node.host().facts();
  }

  /** Whether it failed at what it was told; with an alarm, no retry helps. */
  boolean failed() {
    boolean failed = node.state() == NodeState.FAILED || node.state() == NodeState.ROLLED_BACK;
    return failed && (node.contact() == null || node.contact().alarm() == null);
  }

  /** Whether its pin can be ended here. */
  boolean unpins() {
    return frame.may(Principal.Role.OPERATOR) && node.pin() != null;
  }

  /** Whether its suspension can be ended here. */
  boolean resumes() {
    return frame.may(Principal.Role.OPERATOR) && node.suspension() != null;
  }

  /** Whether there is something to do or to see about its state. */
  boolean buttons() {
    boolean act = failed() || !node.stopped().isEmpty();
    return shownWay() != null || unpins() || resumes() || removable() || (frame.steers() && act);
  }

  /** The way, if this reader may go it. */
  @Nullable Way shownWay() {
    Way way = way();
    return way != null && way.steers() && !frame.may(Principal.Role.OPERATOR) ? null : way;
  }

  /** Whether the page has no button for what the API advises. */
  boolean advised() {
    return !failed() && !advice().isEmpty() && !replaced();
  }

  /** Whether a button that this reader has is all of the advice. */
  private boolean replaced() {
    return switch (node.state()) {
      case CONVERGED -> frame.steers() && draining() != null && !doubtful();
      case HELD -> shownWay() != null || (frame.steers() && hold == null && isOnlyStopped());
      case WAITING -> shownWay() != null;
      default -> false;
    };
  }

  /** Whether all that is to be done is to start its stopped workers again. */
  private boolean isOnlyStopped() {
    boolean alarm = node.contact() != null && node.contact().alarm() != null;
    boolean stopped = !node.stopped().isEmpty();
    return !alarm
        && node.drift() == null
        && HeldCause.of(node.reason(), stopped) == HeldCause.STOPPED;
  }

  /** Whether the advice says more than that something drains. */
  private boolean doubtful() {
    return node.drift() != null
        || node.workers().values().stream().anyMatch(WorkerStatus::unproven);
  }

  /** The oldest generation that finishes its work; null without one. */
  @Nullable Long draining() {
    return node.workers().values().stream()
        .flatMap(w -> w.generations().stream())
        .filter(g -> g.phase() == GenerationPhase.DRAINING && g.pid() != 0)
        .map(GenerationStatus::number)
        .min(Long::compare)
        .orElse(null);
  }

  /** The workers that something can be asked of. */
  Set<String> workers() {
    Set<String> names = new TreeSet<>(node.workers().keySet());
    names.addAll(node.stopped().keySet());
    return names;
  }

  /** Those that can be killed, with what they are called. */
  Map<Long, String> killable() {
    Map<Long, String> killable = new TreeMap<>();
    node.workers()
        .forEach((worker, status) ->
            status.generations().stream()
                .filter(g -> g.pid() != 0)
                .filter(g ->
                    g.phase() == GenerationPhase.CONSUMING || g.phase() == GenerationPhase.DRAINING)
                .forEach(g ->
                    killable.put(
                        g.number(), g.number() + ": " + worker + ", " + g.phase().wireName())));
    return killable;
  }

  /** Whether it says more from second to second. */
  boolean busy() {
    return node.state() == NodeState.APPLYING || past.passes().stream().anyMatch(Pass::running);
  }

  /**
   * The way to what holds a node.
   *
   * @param steers whether only an operator may go there
   */
  record Way(String text, String path, boolean steers) {}
}
