package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.report.NodeState;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a state looks: never by colour alone. In the order in which an operator wants to see them.
 */
public enum StateSign {
  FAILED(NodeState.FAILED, "✗", "failed", Tone.BAD),
  ROLLED_BACK(NodeState.ROLLED_BACK, "↺", "rolled back", Tone.BAD),
  OFFLINE(NodeState.OFFLINE, "⊘", "offline", Tone.BAD),
  NEVER_SEEN(NodeState.NEVER_SEEN, "?", "never seen", Tone.BUSY),
  HELD(NodeState.HELD, "‖", "held", Tone.BUSY),
  APPLYING(NodeState.APPLYING, "▸", "applying", Tone.BUSY),
  WAITING(NodeState.WAITING, "○", "waiting", Tone.BUSY),
  CONVERGED(NodeState.CONVERGED, "✓", "converged", Tone.GOOD);

  /** What a colour stands for. */
  public enum Tone {
    /** As asked for. */
    GOOD,
    /** On its way, or waiting for something that is meant. */
    BUSY,
    /** Somebody has to look. */
    BAD,
    /** There is nothing to judge. */
    NONE;

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
  private final Tone tone;

  StateSign(NodeState state, String sign, String word, Tone tone) {
    this.state = state;
    this.sign = sign;
    this.word = word;
    this.tone = tone;
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
  static Optional<StateSign> named(String name) {
    return Arrays.stream(values()).filter(s -> s.wireName().equals(name)).findFirst();
  }

  /** Its name in addresses and in the API. */
  String wireName() {
    return state.wireName();
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
    return tone;
  }

  /** Its class in the style sheet. */
  public String css() {
    return "s-" + state.wireName();
  }
}
