package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal.
 *
 * <p>{@link #forced} says which are on disk before the agent goes on. Those are the ones whose loss
 * would let something happen twice or let something bad be trusted. The others tell what a kill -9
 * leaves in the page cache and a power loss takes away together with what they tell of (every
 * process), or what recovery reads from the disk itself (the link); the next forced entry carries
 * them.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Entry.Folded.class, name = "folded"),
  @JsonSubTypes.Type(value = Entry.PassBegun.class, name = "pass-begun"),
  @JsonSubTypes.Type(value = Entry.Staged.class, name = "staged"),
  @JsonSubTypes.Type(value = Entry.SwitchIntent.class, name = "switch-intent"),
  @JsonSubTypes.Type(value = Entry.Switched.class, name = "switched"),
  @JsonSubTypes.Type(value = Entry.Healthy.class, name = "healthy"),
  @JsonSubTypes.Type(value = Entry.Moved.class, name = "moved"),
  @JsonSubTypes.Type(value = Entry.Quarantined.class, name = "quarantined"),
  @JsonSubTypes.Type(value = Entry.QuarantineEnded.class, name = "quarantine-ended"),
  @JsonSubTypes.Type(value = Entry.Collected.class, name = "collected"),
  @JsonSubTypes.Type(GenerationEntry.class),
})
public sealed interface Entry
    permits Entry.Folded,
        Entry.PassBegun,
        Entry.Staged,
        Entry.SwitchIntent,
        Entry.Switched,
        Entry.Healthy,
        Entry.Moved,
        Entry.Quarantined,
        Entry.QuarantineEnded,
        Entry.Collected,
        GenerationEntry {
  /** Whether it is to survive a power loss before the agent goes on. */
  default boolean forced() {
    return true;
  }

  /**
   * All that came before, as one value.
   *
   * @param history the value
   */
  record Folded(AgentHistory history) implements Entry {}

  /**
   * A pass has something to do.
   *
   * @param pass counting up on the node
   * @param commit what it is about
   * @param revision of the decision
   */
  record PassBegun(long pass, CommitId commit, long revision) implements Entry {
    @Override
    public boolean forced() {
      return false;
    }
  }

  /**
   * A tree is complete and in its place. Unforced: without it the tree is not trusted and goes.
   *
   * @param release the tree
   */
  record Staged(Release release) implements Entry {
    @Override
    public boolean forced() {
      return false;
    }
  }

  /**
   * {@code current} is about to point elsewhere.
   *
   * @param release a staged tree; null when the link is to go
   */
  record SwitchIntent(@Nullable String release) implements Entry {}

  /**
   * It does, or was found to.
   *
   * @param release a staged tree; null when there is no link
   * @param at when
   */
  record Switched(@Nullable String release, Instant at) implements Entry {
    @Override
    public boolean forced() {
      return false;
    }
  }

  /**
   * The active release's workers have passed their health.
   *
   * @param applied what runs well
   * @param restored whether the node went back to it: then a quarantine stays
   */
  record Healthy(Applied applied, boolean restored) implements Entry {}

  /**
   * A newer commit asks for nothing else than what runs.
   *
   * @param commit the newer one
   * @param ref in force
   * @param workers with the same identities
   * @param labels of the node, by which it asks for them
   */
  record Moved(
      CommitId commit,
      String ref,
      Map<String, WorkerDefinition> workers,
      Map<String, String> labels)
      implements Entry {
    /** Copies the map in its order; an old journal has no labels. */
    public Moved {
      labels = labels == null ? Map.of() : Map.copyOf(labels);
      workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
    }
  }

  /**
   * A commit is not tried again.
   *
   * @param quarantine which and why
   */
  record Quarantined(Quarantine quarantine) implements Entry {}

  /**
   * An operator wants it tried again.
   *
   * @param commit which
   */
  record QuarantineEnded(CommitId commit) implements Entry {}

  /**
   * A tree is not to be used any more: it is about to be deleted, or it was found gone.
   *
   * @param release its name
   */
  record Collected(String release) implements Entry {
    @Override
    public boolean forced() {
      return false;
    }
  }
}
