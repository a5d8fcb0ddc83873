package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
  @JsonSubTypes.Type(value = Entry.DrainIntent.class, name = "drain-intent"),
  @JsonSubTypes.Type(value = Entry.TermIntent.class, name = "term-intent"),
  @JsonSubTypes.Type(value = Entry.TermSent.class, name = "term-sent"),
  @JsonSubTypes.Type(value = Entry.KillIntent.class, name = "kill-intent"),
  @JsonSubTypes.Type(value = Entry.MainEnded.class, name = "main-ended"),
  @JsonSubTypes.Type(value = Entry.RestIntent.class, name = "rest-intent"),
  @JsonSubTypes.Type(value = Entry.Exited.class, name = "exited"),
  @JsonSubTypes.Type(value = Entry.SwitchIntent.class, name = "switch-intent"),
  @JsonSubTypes.Type(value = Entry.Switched.class, name = "switched"),
  @JsonSubTypes.Type(value = Entry.StartIntent.class, name = "start-intent"),
  @JsonSubTypes.Type(value = Entry.Started.class, name = "started"),
  @JsonSubTypes.Type(value = Entry.Revived.class, name = "revived"),
  @JsonSubTypes.Type(value = Entry.Ready.class, name = "ready"),
  @JsonSubTypes.Type(value = Entry.Proven.class, name = "proven"),
  @JsonSubTypes.Type(value = Entry.TakeOverIntent.class, name = "take-over-intent"),
  @JsonSubTypes.Type(value = Entry.TakenOver.class, name = "taken-over"),
  @JsonSubTypes.Type(value = Entry.GivenUp.class, name = "given-up"),
  @JsonSubTypes.Type(value = Entry.Healthy.class, name = "healthy"),
  @JsonSubTypes.Type(value = Entry.Moved.class, name = "moved"),
  @JsonSubTypes.Type(value = Entry.Quarantined.class, name = "quarantined"),
  @JsonSubTypes.Type(value = Entry.QuarantineEnded.class, name = "quarantine-ended"),
  @JsonSubTypes.Type(value = Entry.Collected.class, name = "collected"),
})
public sealed interface Entry {
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
   * A generation is about to be told by its drain hook to take no more work, for good.
   *
   * @param generation which
   * @param at when
   */
  record DrainIntent(long generation, Instant at) implements Entry {}

  /**
   * A generation is about to be sent SIGTERM.
   *
   * @param generation which
   * @param at when
   */
  record TermIntent(long generation, Instant at) implements Entry {}

  /**
   * It was sent.
   *
   * @param generation which
   * @param at when
   */
  record TermSent(long generation, Instant at) implements Entry {}

  /**
   * A generation is about to be killed, because an operator wants it. Nothing follows from it: that
   * the process is gone is seen like any other end.
   *
   * @param generation which
   * @param at when
   * @param by who wants it
   * @param reason why
   */
  record KillIntent(long generation, Instant at, String by, String reason) implements Entry {}

  /**
   * A generation works no more without having been asked by us: its main process has ended, is
   * being ended by somebody else, or was never seen to begin; and something of it lives.
   *
   * @param generation which
   * @param at when that was seen
   */
  record MainEnded(long generation, Instant at) implements Entry {}

  /**
   * What a main process has left behind is about to be sent SIGTERM, each process once. Nothing
   * follows from it: that they are gone is seen like any other end.
   *
   * @param generation which
   * @param pids of those
   * @param at when
   */
  record RestIntent(long generation, List<Long> pids, Instant at) implements Entry {
    /** Copies. */
    public RestIntent {
      pids = List.copyOf(pids);
    }
  }

  /**
   * All processes of a generation are gone, or it was found never to have had one.
   *
   * @param generation which
   * @param at when that was seen
   */
  record Exited(long generation, Instant at) implements Entry {
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
   * A worker is about to be forked.
   *
   * @param generation its number, worker, release and identity
   */
  record StartIntent(Generation generation) implements Entry {}

  /**
   * It runs.
   *
   * @param generation which
   * @param process that very one; null where it has none of its own
   * @param at when
   */
  record Started(long generation, @Nullable ProcessId process, Instant at) implements Entry {}

  /**
   * It was started again after a boot, by the host, and is what it was before.
   *
   * @param generation which
   * @param boot the present one
   * @param process that very one; null where it has none of its own
   * @param at when that was seen
   */
  record Revived(long generation, String boot, @Nullable ProcessId process, Instant at)
      implements Entry {}

  /**
   * A newcomer has proven itself. Unforced: without it the proof is done again.
   *
   * @param generation which
   * @param at when
   * @param proof by what, in a few words; null when its kind says nothing
   */
  record Ready(long generation, Instant at, @Nullable String proof) implements Entry {
    @Override
    public boolean forced() {
      return false;
    }
  }

  /**
   * What is known of one that works has changed. Unforced: it is looked at again.
   *
   * @param generation which
   * @param proof by what it is known to be the one that was started, or why it is not
   */
  record Proven(long generation, String proof) implements Entry {
    @Override
    public boolean forced() {
      return false;
    }
  }

  /**
   * A generation is about to be given its worker's work, and all others stand by.
   *
   * @param generation which
   * @param at when
   */
  record TakeOverIntent(long generation, Instant at) implements Entry {}

  /**
   * A generation is to end and takes no more work, but still holds some, so that it cannot be asked
   * yet. Unforced: without it that is found again.
   *
   * @param generation which
   * @param at when
   */
  record GivenUp(long generation, Instant at) implements Entry {
    @Override
    public boolean forced() {
      return false;
    }
  }

  /**
   * It has it. Unforced: without it the work is given to it again.
   *
   * @param generation which
   * @param at when
   */
  record TakenOver(long generation, Instant at) implements Entry {
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
