package dev.pullcord.server.dashboard.action;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.server.dashboard.StateSign.Tone;

/** How the state of a run looks, in the order in which an operator wants to see them. */
enum RunSign {
  FAILED(RunState.FAILED, "✗", Tone.BAD),
  UNKNOWN(RunState.UNKNOWN, "?", Tone.BAD),
  REFUSED(RunState.REFUSED, "⊘", Tone.BAD),
  RUNNING(RunState.RUNNING, "▸", Tone.BUSY),
  WAITING(RunState.WAITING, "○", Tone.BUSY),
  DONE(RunState.DONE, "✓", Tone.GOOD);

  private final RunState state;
  private final String sign;
  private final Tone tone;

  RunSign(RunState state, String sign, Tone tone) {
    this.state = state;
    this.sign = sign;
    this.tone = tone;
  }

  static RunSign of(RunState state) {
    for (RunSign sign : values()) {
      if (sign.state == state) {
        return sign;
      }
    }
    throw new IllegalArgumentException("no sign for " + state);
  }

  /** Says it without a colour. */
  String sign() {
    return sign;
  }

  /** Says it in a word. */
  String word() {
    return state.word();
  }

  /** Its class in the style sheet: that of a node in a like state. */
  String css() {
    return switch (tone) {
      case GOOD -> "s-converged";
      case BUSY -> "s-applying";
      case BAD, NONE -> "s-failed";
    };
  }

  /** What its colour stands for. */
  Tone tone() {
    return tone;
  }
}
