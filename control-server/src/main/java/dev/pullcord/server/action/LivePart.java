package dev.pullcord.server.action;

import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.server.store.RunTable;
import dev.pullcord.server.store.RunTable.NodePart;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node's part in a run that has not ended there: with the output so far, which is stored when it
 * ends and until then only kept here. After a kill of the server the node tells it again.
 */
final class LivePart {
  private final NodePart stored;
  private final StringBuilder output;
  private long start;
  private @Nullable Instant releasedAt;
  private RunTable.Standing standing;
  private long version;

  LivePart(NodePart stored) {
    this.stored = stored;
    this.output = new StringBuilder(stored.output());
    this.start = stored.cut();
    this.releasedAt = stored.releasedAt();
    this.standing = stored.standing();
  }

  NodePart stored() {
    return stored;
  }

  synchronized RunTable.Standing standing() {
    return standing;
  }

  synchronized @Nullable Instant releasedAt() {
    return releasedAt;
  }

  synchronized void released(Instant at) {
    releasedAt = at;
    version++;
  }

  synchronized void stands(RunTable.Standing now) {
    standing = now;
    version++;
  }

  /** Where its output ends, in characters since its beginning. */
  synchronized long end() {
    return start + output.length();
  }

  /**
   * Takes a piece of output; whether it fits. One that does not is asked for again, from where the
   * output ends.
   */
  synchronized boolean take(ActionReports.Item item, int most) {
    long end = end();
    boolean gap = item.from() > end && item.from() == item.kept();
    if (gap) {
      output.setLength(0);
      start = item.from();
    } else if (item.from() != end) {
      return false;
    }
    output.append(item.text());
    if (standing.state() == RunState.WAITING) {
      standing = new RunTable.Standing(RunState.RUNNING, null, null, null, "", false);
      version++;
    }
    cut(most);
    if (!item.text().isEmpty() || gap) {
      version++;
    }
    return true;
  }

  private void cut(int most) {
    if (output.length() > most) {
      int over = output.length() - most;
      int line = output.indexOf("\n", over) + 1;
      int gone = line > 0 ? line : over;
      output.delete(0, gone);
      start += gone;
    }
  }

  /** Counts up with each change. */
  synchronized long version() {
    return version;
  }

  /** As it is to be stored in that standing. */
  synchronized NodePart asStored(RunTable.Standing now) {
    return stored.with(now, output.toString(), start);
  }

  /** What people are shown, with the output or without. */
  synchronized RunView.NodeRun view(boolean withOutput) {
    return RunViews.node(stored.with(standing, withOutput ? output.toString() : "", start));
  }

  /**
   * The output from there on.
   *
   * @return at most {@link ActionReports#PIECE_MAX} characters
   */
  synchronized Piece from(long position) {
    int at = Math.clamp(position - start, 0, output.length());
    int to = Math.min(output.length(), at + ActionReports.PIECE_MAX);
    if (to < output.length() && Character.isHighSurrogate(output.charAt(to - 1))) {
      to--;
    }
    return new Piece(output.substring(at, to), start + to, to == output.length());
  }

  /** A part of the output: what it is, where it ends, and whether nothing stands after it. */
  record Piece(String text, long end, boolean last) {}
}
