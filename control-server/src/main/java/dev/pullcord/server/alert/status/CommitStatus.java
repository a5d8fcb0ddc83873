package dev.pullcord.server.alert.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import org.jspecify.annotations.Nullable;

/**
 * The status of a commit, as a git host is told.
 *
 * @param commit whole
 * @param state where it is
 * @param description one line, as long as every host takes
 * @param link where more is shown; null for nowhere
 */
public record CommitStatus(
    CommitId commit, State state, String description, @Nullable String link) {
  private static final int DESCRIPTION_MAX = 140;

  /** Cuts the line to what hosts take. */
  public CommitStatus {
    description = TerminalText.cut(TerminalText.clean(description.strip()), DESCRIPTION_MAX);
  }

  /** Where a commit is; the worst comes first. */
  public enum State {
    /** Nodes are done with it, and some do not run it. */
    @JsonProperty("failure")
    FAILURE,
    /** Nodes are on the way to it. */
    @JsonProperty("pending")
    PENDING,
    /** Every node of the count runs it. */
    @JsonProperty("success")
    SUCCESS
  }

  /** Reads what waits in the outbox. */
  static CommitStatus of(NewMessage message) {
    try {
      return PullcordJson.read(message.body(), CommitStatus.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the outbox holds no commit status", e);
    }
  }
}
