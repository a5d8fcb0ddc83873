package dev.pullcord.protocol.report;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Locale;

/**
 * The progress of a node with the commit that it gets ready beside the one that it runs.
 *
 * @param commit the {@code stage} of the decision
 * @param state how far
 * @param reason one line: what is being done, what it is ready by, or why it cannot be
 * @param since when it came into this state, by the agent's clock
 */
public record StageStatus(CommitId commit, State state, String reason, Instant since) {
  /** How far it is. */
  public enum State {
    /** Not ready yet, or tried again by itself. */
    PREPARING,
    /** Staged, prepared and checked, with every newcomer proven that may stand by. */
    READY,
    /** The commit is at fault: it is not tried again here without a retry. */
    FAILED,
    /** The node's owner does not let it: noop, or local policy. */
    HELD;

    /** The name on the wire, in lower case. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The state of that wire name. */
    @JsonCreator
    public static State of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }
}
