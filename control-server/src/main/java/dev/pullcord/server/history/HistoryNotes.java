package dev.pullcord.server.history;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.HistoryTable;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notes what is decided for nodes and what they report, in the transaction that makes it so. What
 * is as it was before is not noted again.
 */
public final class HistoryNotes {
  private HistoryNotes() {}

  /**
   * A node is to run something, or for another reason.
   *
   * @param before what was decided before; null for a new node
   * @param deployment that the decision is part of; null for none
   * @param inTurns whether that deployment does not reach every node at once
   */
  public static void decided(
      Tables tables,
      long node,
      @Nullable DesiredState before,
      DesiredState now,
      @Nullable StoredDeployment deployment,
      boolean inTurns) {
    if (before != null && isSame(before, now)) {
      return;
    }
    HistoryView.Decision decision = decision(before, now, deployment, inTurns);
    tables
        .history()
        .add(node, HistoryTable.Kind.DECIDED, decision.at(), PullcordJson.write(decision));
  }

  private static boolean isSame(DesiredState before, DesiredState now) {
    return before.ref().equals(now.ref())
        && Objects.equals(before.commit(), now.commit())
        && Objects.equals(before.deployment(), now.deployment())
        && Objects.equals(before.pin(), now.pin())
        && Objects.equals(before.gate(), now.gate())
        && Objects.equals(before.withheld(), now.withheld());
  }

  private static HistoryView.Decision decision(
      @Nullable DesiredState before,
      DesiredState now,
      @Nullable StoredDeployment deployment,
      boolean inTurns) {
    Pin pin = now.pin();
    Withheld withheld = now.withheld();
    if (now.gate() != null) {
      return made("gate", null, now.gate(), now, null);
    }
    if (withheld != null) {
      String kind = withheld.kind().name().toLowerCase(Locale.ROOT);
      return made(kind, null, withheld.reason(), now, withheld.until());
    }
    if (pin != null) {
      return made("pin", pin.owner(), pin.reason(), now, pin.expiresAt());
    }
    Pin ended = before == null ? null : before.pin();
    String after = ended == null ? "" : "the pin to " + ended.ref() + " ended; ";
    if (deployment == null) {
      return made("push", null, after.isEmpty() ? null : after + "back to its branch", now, null);
    }
    String rolledBack = deployment.head().rollback();
    if (rolledBack != null) {
      return made("rollback", deployment.head().pushedBy(), after + rolledBack, now, null);
    }
    return made(
        inTurns ? "rollout" : "push",
        deployment.head().pushedBy(),
        after + deployment.head().subject(),
        now,
        null);
  }

  private static HistoryView.Decision made(
      String kind,
      @Nullable String by,
      @Nullable String reason,
      DesiredState now,
      @Nullable Instant until) {
    return new HistoryView.Decision(
        kind, by, reason, now.serverTime(), now.ref(), now.commit(), now.deployment(), until);
  }

  /** A node has said what it runs. */
  public static void ran(Tables tables, long node, NodeReport report, Instant now) {
    Instant at = report.at().isAfter(now) ? now : report.at();
    Optional<HistoryTable.StoredNote> last = tables.history().last(node, HistoryTable.Kind.RAN, at);
    RanNote note = RanNote.of(report.status());
    RanNote before = last.map(row -> NodeHistory.read(row.document(), RanNote.class)).orElse(null);
    boolean nothingYet = before == null && note.commit() == null;
    if (!nothingYet && !note.equals(before)) {
      boolean newRun = before == null || !before.isOfOneRunWith(note);
      Instant previous = last.map(HistoryTable.StoredNote::at).orElse(null);
      tables
          .history()
          .add(
              node,
              HistoryTable.Kind.RAN,
              newRun ? RanNote.since(report, previous, now) : at,
              PullcordJson.write(note));
    }
  }
}
