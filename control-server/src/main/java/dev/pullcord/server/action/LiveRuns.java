package dev.pullcord.server.action;

import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.StoredRun;
import dev.pullcord.server.store.Store;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The runs that have not ended everywhere. */
final class LiveRuns {
  private static final long CHARACTERS_MAX = 64L << 20;
  private static final int PART_MIN = 16 << 10;

  private final Map<Long, LiveRun> runs = new ConcurrentSkipListMap<>();
  private final Map<String, Place> keys = new ConcurrentHashMap<>();

  /** A part, with the run that it is of. */
  record Place(LiveRun run, LivePart part) {}

  /** Those that had not ended when the server did. */
  static LiveRuns load(Store store) {
    LiveRuns live = new LiveRuns();
    store.read(tables -> {
      for (StoredRun run : tables.runs().open()) {
        List<NodePart> parts = tables.runs().parts(run.id(), true);
        live.add(new LiveRun(run, parts));
      }
      return null;
    });
    return live;
  }

  void add(LiveRun run) {
    run.parts().forEach(part -> keys.put(part.stored().order().key(), new Place(run, part)));
    runs.put(run.run().id(), run);
  }

  void remove(LiveRun run) {
    runs.remove(run.run().id());
    run.parts().forEach(part -> keys.remove(part.stored().order().key()));
  }

  Optional<LiveRun> find(long id) {
    return Optional.ofNullable(runs.get(id));
  }

  /** Oldest first. */
  Collection<LiveRun> all() {
    return runs.values();
  }

  Optional<Place> byKey(String key) {
    return Optional.ofNullable(keys.get(key));
  }

  /** How much of one node's output is kept, so that all of it together has a bound. */
  int outputMax() {
    long each = CHARACTERS_MAX / Math.max(1, keys.size());
    return Math.clamp(each, PART_MIN, ActionReports.OUTPUT_MAX);
  }
}
