package dev.pullcord.agent.journal;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.host.process.ProcessId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in a line of the agent's own log what was written into the journal, where people care. */
final class EntryWords {
  private EntryWords() {}

  /**
   * The line.
   *
   * @param before the history that the entry is added to
   * @return empty for what says nothing to people, or is said elsewhere
   */
  static Optional<String> of(Entry entry, AgentHistory before) {
    return Optional.ofNullable(
        switch (entry) {
          case GenerationEntry.Started(long number, ProcessId process, var at) ->
              who(number, before) + " has started" + pid(process);
          case GenerationEntry.Revived(long number, String boot, ProcessId process, var at) ->
              who(number, before) + " was started by the host" + pid(process);
          case GenerationEntry.TakenOver(long number, var at) ->
              who(number, before) + " has the work";
          case GenerationEntry.TermSent(long number, var at) ->
              who(number, before) + " was asked to end";
          case GenerationEntry.KillIntent(long number, var at, String by, String reason) ->
              who(number, before) + " is killed for " + by + ": " + reason;
          case GenerationEntry.Exited(long number, var at) -> who(number, before) + " has ended";
          case Entry.Switched(String release, var at) ->
              release == null ? "current leads nowhere" : "current leads to release " + release;
          case Entry.Quarantined(Quarantine quarantine) ->
              "commit "
                  + quarantine.commit().abbreviated()
                  + " is not tried again: "
                  + quarantine.reason();
          case Entry.QuarantineEnded(var commit) ->
              "commit " + commit.abbreviated() + " may be tried again";
          default -> null;
        });
  }

  private static String who(long number, AgentHistory before) {
    Generation generation = before.generations().get(number);
    return "generation " + number + (generation == null ? "" : " of " + generation.worker());
  }

  private static String pid(@Nullable ProcessId process) {
    return process == null ? "" : ", pid " + process.pid();
  }
}
