package dev.pullcord.protocol.desired;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The newer commit that a node is not given yet. The node runs what its decision says, and shows
 * this as its state once it does.
 *
 * @param kind whether the node waits for its turn, or somebody holds it
 * @param reason one line for people; begins with the word of the kind
 * @param commit what is withheld; null where there is nothing newer, and the node is only held
 * @param ref where that commit comes from
 * @param deployment that brings it; null where none does
 * @param until when it ends by itself, on the server's clock; null when it needs the server
 */
public record Withheld(
    Kind kind,
    String reason,
    @Nullable CommitId commit,
    String ref,
    @Nullable Long deployment,
    @Nullable Instant until) {
  private static final Pattern HALTED =
      Pattern.compile("waiting: the rollout of [0-9a-f]+ is halted: .*", Pattern.DOTALL);

  /** The reason of a node that waits for a rollout that has halted. */
  public static String halted(CommitId commit, String why) {
    return "waiting: the rollout of " + commit.abbreviated() + " is halted: " + why;
  }

  /** Whether a node with that reason waits for a person, and for nothing that comes by itself. */
  public static boolean isHalted(String reason) {
    return HALTED.matcher(reason).matches();
  }

  /** Why a commit is withheld. */
  public enum Kind {
    /** Other nodes go first: a rollout, or a gate. */
    WAITING(NodeState.WAITING),
    /** Nothing new is to be activated: a freeze, or a closed window. */
    HELD(NodeState.HELD);

    private final NodeState state;

    Kind(NodeState state) {
      this.state = state;
    }

    /** What a node is in that runs all that it is given. */
    public NodeState state() {
      return state;
    }

    /** The name on the wire. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of that wire name. */
    @JsonCreator
    public static Kind of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }
}
