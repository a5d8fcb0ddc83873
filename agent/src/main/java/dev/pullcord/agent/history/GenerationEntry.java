package dev.pullcord.agent.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import dev.pullcord.agent.host.process.ProcessId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of the journal about one generation: its start, its proof, its work and its end. */
@JsonSubTypes({
  @JsonSubTypes.Type(value = GenerationEntry.DrainIntent.class, name = "drain-intent"),
  @JsonSubTypes.Type(value = GenerationEntry.TermIntent.class, name = "term-intent"),
  @JsonSubTypes.Type(value = GenerationEntry.TermSent.class, name = "term-sent"),
  @JsonSubTypes.Type(value = GenerationEntry.KillIntent.class, name = "kill-intent"),
  @JsonSubTypes.Type(value = GenerationEntry.MainEnded.class, name = "main-ended"),
  @JsonSubTypes.Type(value = GenerationEntry.RestIntent.class, name = "rest-intent"),
  @JsonSubTypes.Type(value = GenerationEntry.Exited.class, name = "exited"),
  @JsonSubTypes.Type(value = GenerationEntry.StartIntent.class, name = "start-intent"),
  @JsonSubTypes.Type(value = GenerationEntry.Started.class, name = "started"),
  @JsonSubTypes.Type(value = GenerationEntry.Revived.class, name = "revived"),
  @JsonSubTypes.Type(value = GenerationEntry.Ready.class, name = "ready"),
  @JsonSubTypes.Type(value = GenerationEntry.Proven.class, name = "proven"),
  @JsonSubTypes.Type(value = GenerationEntry.TakeOverIntent.class, name = "take-over-intent"),
  @JsonSubTypes.Type(value = GenerationEntry.TakenOver.class, name = "taken-over"),
  @JsonSubTypes.Type(value = GenerationEntry.GivenUp.class, name = "given-up"),
})
public sealed interface GenerationEntry extends Entry {
  /**
   * A generation is about to be told by its drain hook to take no more work, for good.
   *
   * @param generation which
   * @param at when
   */
  record DrainIntent(long generation, Instant at) implements GenerationEntry {}

  /**
   * A generation is about to be sent SIGTERM.
   *
   * @param generation which
   * @param at when
   */
  record TermIntent(long generation, Instant at) implements GenerationEntry {}

  /**
   * It was sent.
   *
   * @param generation which
   * @param at when
   */
  record TermSent(long generation, Instant at) implements GenerationEntry {}

  /**
   * A generation is about to be killed, because an operator wants it. Nothing follows from it: that
   * the process is gone is seen like any other end.
   *
   * @param generation which
   * @param at when
   * @param by who wants it
   * @param reason why
   */
  record KillIntent(long generation, Instant at, String by, String reason)
      implements GenerationEntry {}

  /**
   * A generation works no more without having been asked by us: its main process has ended, is
   * being ended by somebody else, or was never seen to begin; and something of it lives.
   *
   * @param generation which
   * @param at when that was seen
   */
  record MainEnded(long generation, Instant at) implements GenerationEntry {}

  /**
   * What a main process has left behind is about to be sent SIGTERM, each process once. Nothing
   * follows from it: that they are gone is seen like any other end.
   *
   * @param generation which
   * @param pids of those
   * @param at when
   */
  record RestIntent(long generation, List<Long> pids, Instant at) implements GenerationEntry {
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
  record Exited(long generation, Instant at) implements GenerationEntry {
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
  record StartIntent(Generation generation) implements GenerationEntry {}

  /**
   * It runs.
   *
   * @param generation which
   * @param process that very one; null where it has none of its own
   * @param at when
   */
  record Started(long generation, @Nullable ProcessId process, Instant at)
      implements GenerationEntry {}

  /**
   * It was started again after a boot, by the host, and is what it was before.
   *
   * @param generation which
   * @param boot the present one
   * @param process that very one; null where it has none of its own
   * @param at when that was seen
   */
  record Revived(long generation, String boot, @Nullable ProcessId process, Instant at)
      implements GenerationEntry {}

  /**
   * A newcomer has proven itself. Unforced: without it the proof is done again.
   *
   * @param generation which
   * @param at when
   * @param proof by what, in a few words; null when its kind says nothing
   */
  record Ready(long generation, Instant at, @Nullable String proof) implements GenerationEntry {
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
  record Proven(long generation, String proof) implements GenerationEntry {
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
  record TakeOverIntent(long generation, Instant at) implements GenerationEntry {}

  /**
   * It has the work. Unforced: without it the work is given to it again.
   *
   * @param generation which
   * @param at when
   */
  record TakenOver(long generation, Instant at) implements GenerationEntry {
    @Override
    public boolean forced() {
      return false;
    }
  }

  /**
   * A generation is to end and takes no more work, but still holds some, so that it cannot be asked
   * yet. Unforced: without it that is found again.
   *
   * @param generation which
   * @param at when
   */
  record GivenUp(long generation, Instant at) implements GenerationEntry {
    @Override
    public boolean forced() {
      return false;
    }
  }
}
