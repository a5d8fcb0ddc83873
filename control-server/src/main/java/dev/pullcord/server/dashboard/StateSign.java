package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Severity;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a state looks: never by colour alone. In the order in which an operator wants to see them.
 */
public enum StateSign {
  FAILED(NodeState.FAILED, "✗", "failed"),
  ROLLED_BACK(NodeState.ROLLED_BACK, "↺", "rolled back"),
  OFFLINE(NodeState.OFFLINE, "⊘", "offline"),
  NEVER_SEEN(NodeState.NEVER_SEEN, "?", "never seen"),
  HELD(NodeState.HELD, "‖", "held"),
  APPLYING(NodeState.APPLYING, "▸", "applying"),
  WAITING(NodeState.WAITING, "○", "waiting"),
  CONVERGED(NodeState.CONVERGED, "✓", "converged");

  /** What a colour stands for. */
  public enum Tone {
    /** As asked for. */
    GOOD,
    /** On its way. */
    BUSY,
    /** Somebody has to look. */
    BAD,
    /** Held by somebody's decision, or there is nothing to judge. */
    NONE;

    /** The colour of a judgement. */
    public static Tone of(Severity severity) {
      return switch (severity) {
        case GOOD -> GOOD;
        case UNDER_WAY -> BUSY;
        case HELD -> NONE;
        case TROUBLE -> BAD;
      };
    }

    /** The class in the style sheet, and the name of the page's icon. */
    public String css() {
      return switch (this) {
        case GOOD -> "good";
        case BUSY -> "busy";
        case BAD -> "bad";
        case NONE -> "none";
      };
    }
  }

  private final NodeState state;
  private final String sign;
  private final String word;

  StateSign(NodeState state, String sign, String word) {
    this.state = state;
    this.sign = sign;
    this.word = word;
  }

  /** How a state is shown. */
  public static StateSign of(NodeState state) {
    for (StateSign sign : values()) {
      if (sign.state == state) {
        return sign;
      }
    }
    throw new IllegalArgumentException("no sign for state " + state);
  }

  /** The one of that name, as the API has it. */
  public static Optional<StateSign> named(String name) {
    return Arrays.stream(values()).filter(s -> s.wireName().equals(name)).findFirst();
  }

  /** Its name in addresses and in the API. */
  public String wireName() {
    return state.wireName();
  }

  /** The state. */
  public NodeState state() {
    return state;
  }

  /** Says it without a colour. */
  public String sign() {
    return sign;
  }

  /** Says it in a word. */
  public String word() {
    return word;
  }

  /** What its colour stands for. */
  public Tone tone() {
    return Tone.of(Severity.of(state));
  }

  /** Its class in the style sheet. */
  public String css() {
    return "s-" + state.wireName();
  }
}
