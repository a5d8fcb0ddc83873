package dev.pullcord.server.alert.condition;

import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.fleet.NodeRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how long an old worker may drain by {@code drain.alert-after} of the manifest that its node
 * runs. A commit that cannot be read says nothing of that, and ends no look at the fleet. The
 * newest answers are kept, because the same nodes are looked at every two seconds. For use by one
 * thread.
 */
final class DrainPatience {
  private static final Logger LOG = LoggerFactory.getLogger(DrainPatience.class);
  private static final int KEPT_MAX = 256;

  private final CommitSource commits;
  private final Map<Key, Map<String, Duration>> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Map<String, Duration>> eldest) {
          return size() > KEPT_MAX;
        }
      };

  private record Key(CommitId commit, Map<String, String> labels) {}

  DrainPatience(CommitSource commits) {
    this.commits = commits;
  }

  /** What the manifest says of that worker; empty where it says nothing or is not there. */
  Optional<Duration> of(NodeRecord node, String worker) {
    CommitId applied = node.said() == null ? null : node.said().status().appliedCommit();
    if (applied == null) {
      return Optional.empty();
    }
    Key key = new Key(applied, node.settings().labels());
    try {
      return Optional.ofNullable(kept.computeIfAbsent(key, this::read).get(worker));
    } catch (RuntimeException e) {
      ProcessEnd.ifBroken(e);
      LOG.debug("the manifest of {} cannot be read", applied, e);
      return Optional.empty(); // then the rule says for how long
    }
  }

  private Map<String, Duration> read(Key key) {
    Map<String, Duration> all = new HashMap<>();
    if (commits.manifest(key.commit()) instanceof ManifestResult.Valid(Manifest whole)
        && ManifestParser.on(whole, key.labels()) instanceof ManifestResult.Valid(Manifest own)) {
      for (WorkerSpec worker : own.workers().values()) {
        Duration after = worker.drainOrDefault().alertAfter();
        if (after != null) {
          all.put(worker.name(), after);
        }
      }
    }
    return all;
  }
}
