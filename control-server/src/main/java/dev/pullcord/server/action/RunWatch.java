package dev.pullcord.server.action;

import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Somebody who watches a run. He is told what has changed since he was told last, so a slow reader
 * hears less often and misses nothing that is kept. For one thread.
 */
public final class RunWatch {
  private final LiveRun run;
  private final Map<NodeName, Seen> seen = new HashMap<>();
  private long count = -1;

  private record Seen(long version, long output) {}

  RunWatch(LiveRun run) {
    this.run = run;
  }

  /** What has changed; each with a piece of the output, so that there may be more at once. */
  public List<RunView.Change> changes() {
    count = run.changes().count();
    List<RunView.Change> changes = new ArrayList<>();
    for (LivePart part : run.parts()) {
      Seen before = seen.getOrDefault(part.stored().name(), new Seen(-1, 0));
      synchronized (part) {
        LivePart.Piece piece = part.from(before.output());
        long version = piece.last() ? part.version() : before.version();
        if (part.version() != before.version()) {
          changes.add(new RunView.Change(part.view(false), piece.text()));
          seen.put(part.stored().name(), new Seen(version, piece.end()));
        }
      }
    }
    return changes;
  }

  /** Whether it has ended everywhere; asked before {@link #changes}, nothing follows them. */
  public boolean over() {
    return run.over();
  }

  /** The run as it is now, without output. */
  public RunView view() {
    return run.view(false);
  }

  /** Waits for changes; whether there are any. */
  public boolean await(Duration atMost, BooleanSupplier pointless) {
    return run.changes().await(count, atMost, pointless);
  }
}
