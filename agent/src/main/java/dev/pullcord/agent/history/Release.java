package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 * @param content what it was made of; stored flat, its parts stand beside the others
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
    @JsonUnwrapped Content content,
    Map<String, WorkerDefinition> workers,
    Preparation preparation,
    boolean used,
    Instant lastUsed,
    Map<String, String> labels,
    @Nullable Instant activeFrom) {
  /** Copies the map in its order; an old journal has neither preparations nor labels. */
  public Release {
    preparation = preparation == null ? Preparation.NONE : preparation;
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }

  /** One that was just made, and to which {@code current} never pointed. */
  public static Release staged(
      int sequence,
      Content content,
      Map<String, WorkerDefinition> workers,
      Preparation preparation,
      Map<String, String> labels,
      Instant at) {
    return new Release(
        name(sequence, content.commit()),
        sequence,
        content,
        workers,
        preparation,
        false,
        at,
        labels,
        null);
  }

  /**
   * What a release was made of.
   *
   * @param commit the commit
   * @param ref in force when it was made
   * @param trees digest by bundle
   */
  public record Content(CommitId commit, String ref, Map<String, TreeId> trees) {
    /** Copies the map in its order. */
    public Content {
      trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
    }
  }

  /** The commit that it was made of. */
  public CommitId commit() {
    return content.commit();
  }

  /** The ref in force when it was made. */
  public String ref() {
    return content.ref();
  }

  /** Its digest by bundle. */
  public Map<String, TreeId> trees() {
    return content.trees();
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
    return new Release(name, sequence, content, workers, preparation, now, at, labels, from);
  }
}
