package dev.pullcord.server.action;

import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.StoredRun;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A run that has not ended everywhere, with its nodes. */
final class LiveRun {
  private volatile StoredRun run;
  private final Map<NodeName, LivePart> parts;
  private final Signal changes = new Signal();
  private volatile boolean over;

  LiveRun(StoredRun run, List<NodePart> stored) {
    this.run = run;
    Map<NodeName, LivePart> byName = new TreeMap<>();
    stored.forEach(part -> byName.put(part.name(), new LivePart(part)));
    this.parts = Collections.unmodifiableMap(byName);
  }

  StoredRun run() {
    return run;
  }

  /** In order of name. */
  Collection<LivePart> parts() {
    return parts.values();
  }

  LivePart part(NodeName name) {
    LivePart part = parts.get(name);
    if (part == null) {
      throw new IllegalArgumentException("run " + run.id() + " has no node " + name);
    }
    return part;
  }

  boolean all(Predicate<LivePart> which) {
    return parts.values().stream().allMatch(which);
  }

  /** Raised with each change. */
  Signal changes() {
    return changes;
  }

  /** Nothing of it begins any more, and what runs is killed. */
  synchronized void cancelled(String by) {
    run = run.cancelled(by);
    changes.raise();
  }

  /** Nothing more comes. */
  synchronized void ends(Instant at) {
    run = run.ended(at);
    over = true;
    changes.raise();
  }

  boolean over() {
    return over;
  }

  /** What people are shown. */
  RunView view(boolean output) {
    return RunViews.of(run, parts.values().stream().map(part -> part.view(output)).toList());
  }
}
