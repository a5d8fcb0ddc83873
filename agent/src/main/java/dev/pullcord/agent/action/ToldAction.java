package dev.pullcord.agent.action;

import dev.pullcord.agent.host.Masks;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.ActionReports.Have;
import dev.pullcord.protocol.action.RunState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An order that was taken up, and how much of it the server has been told. */
final class ToldAction {
  /** An action that ends at once is told in one request; of one that goes on, so often. */
  private static final long EVERY_NANOS = Duration.ofMillis(250).toNanos();

  private final String key;
  private final ActionOutput output;
  private volatile ActionReports.@Nullable Outcome outcome;
  private volatile RunState state = RunState.RUNNING;
  private volatile @Nullable String cancelledBy;
  private long has;
  private long dueAt;
  private boolean begun;
  private boolean stuck;
  private boolean refused;

  private ToldAction(String key, ActionOutput output, long dueAt) {
    this.key = key;
    this.output = output;
    this.dueAt = dueAt;
  }

  /** One that begins. */
  static ToldAction begins(String key, Masks masks, long now) {
    return new ToldAction(key, new ActionOutput(masks), now + EVERY_NANOS);
  }

  /** One that has ended before. */
  static ToldAction of(ActionClaim claim, Masks masks) {
    ActionOutput output = new ActionOutput(masks, claim.kept(), claim.output());
    ToldAction told = new ToldAction(claim.key(), output, 0);
    ActionReports.Outcome known = claim.outcome();
    told.ends(claim.state(), known == null ? new ActionReports.Outcome(null, 0, "") : known);
    return told;
  }

  String key() {
    return key;
  }

  ActionOutput output() {
    return output;
  }

  RunState state() {
    return state;
  }

  /** Who has cancelled it; null while nobody has. */
  @Nullable String cancelledBy() {
    return cancelledBy;
  }

  /** Somebody has cancelled it, perhaps: null for nobody. */
  void cancel(@Nullable String by) {
    cancelledBy = by == null ? cancelledBy : by;
  }

  /** It has come to an end. */
  void ends(RunState how, ActionReports.Outcome with) {
    outcome = with;
    state = how;
  }

  /** When something is to be told, in nanoseconds from now; null while there is nothing. */
  synchronized @Nullable Long dueIn(long now) {
    if (refused) {
      return null;
    }
    if (state.ended()) {
      return stuck ? Math.max(0, dueAt - now) : 0L;
    }
    return begun && output.end() == has ? null : Math.max(0, dueAt - now);
  }

  /** What is to be told next. */
  synchronized ActionReports.Item item() {
    RunState how = state; // before the output: what it wrote until then is part of it
    ActionOutput.Piece piece = output.from(has);
    boolean all = piece.last() && how.ended();
    return new ActionReports.Item(
        key,
        all ? how : RunState.RUNNING,
        all ? outcome : null,
        piece.from(),
        piece.text(),
        output.start());
  }

  /** The server may have forgotten it: its state is told again. */
  synchronized void again(long now) {
    begun = false;
    stuck = false;
    refused = false;
    dueAt = now;
  }

  /** The server does not take it as it is. */
  synchronized void refused() {
    refused = true;
  }

  /** What the server has now. */
  synchronized void told(Have have, long now) {
    stuck = begun && have.output() == has && !have.settled();
    begun = true;
    has = have.output();
    dueAt = now + EVERY_NANOS;
  }
}
