package dev.pullcord.agent.history;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree under {@code releases/} that was completed by us.
 *
 * @param name its directory, {@code 000007-3f2a91c0d1e2}
 * @param sequence the number in its name
 * @param commit what it was made of
 * @param ref the ref in force when it was made
 * @param trees digest by bundle
 * @param workers what the commit asks for
 * @param preparation how it was made ready
 * @param used whether {@code current} ever pointed to it
 * @param lastUsed when it was last active or readable by a worker; at first when it was made
 * @param labels of the node, by which the workers are those that the commit asks for
 * @param activeFrom when it was first active; null before, and where an older journal does not say
 */
public record Release(
    String name,
    int sequence,
    CommitId commit,
    String ref,
    Map<String, TreeId> trees,
    Map<String, WorkerDefinition> workers,
    Preparation preparation,
    boolean used,
    Instant lastUsed,
    Map<String, String> labels,
    @Nullable Instant activeFrom) {
  /** Copies the maps in their order; an old journal has neither preparations nor labels. */
  public Release {
    preparation = preparation == null ? Preparation.NONE : preparation;
    trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }

  /** The directory name for a sequence number and a commit. */
  public static String name(int sequence, CommitId commit) {
    return String.format("%06d-%s", sequence, commit.value().substring(0, 12));
  }

  /** Whether a generation does what it asks of that worker, whatever the node adds to it. */
  public boolean asksFor(Generation generation) {
    WorkerDefinition asked = workers.get(generation.worker());
    return asked != null
        && WorkerDefinition.ofCommit(asked.identity())
            .equals(WorkerDefinition.ofCommit(generation.identity()));
  }

  Release usedAt(boolean everActive, Instant at) {
    Instant from = used || !everActive ? activeFrom : at;
    boolean now = used || everActive;
    return new Release(
        name, sequence, commit, ref, trees, workers, preparation, now, at, labels, from);
  }
}
