package dev.pullcord.cli.output;

import dev.pullcord.protocol.report.NodeState;

/** The sign before a state, so that it can be read without colour. */
public enum Signs {
  /** For a terminal that knows more than ASCII. */
  UNICODE("✓", "✗", "…", "?"),
  /** For a locale that promises nothing. */
  ASCII("+", "x", "~", "?");

  private final String good;
  private final String bad;
  private final String busy;
  private final String away;

  Signs(String good, String bad, String busy, String away) {
    this.good = good;
    this.bad = bad;
    this.busy = busy;
    this.away = away;
  }

  /** The state's sign, in its colour. */
  public Line of(NodeState state) {
    return switch (state) {
      case CONVERGED -> Line.of(Style.GOOD, good);
      case FAILED, ROLLED_BACK -> Line.of(Style.BAD, bad);
      case APPLYING, HELD, WAITING -> Line.of(Style.BUSY, busy);
      case OFFLINE, NEVER_SEEN -> Line.of(Style.BAD, away);
    };
  }

  /** Sign and name of a state. */
  public Line named(NodeState state) {
    return of(state).add(styleOf(state), " " + state.wireName());
  }

  /** The sign of a verdict. */
  public Line of(boolean asWanted) {
    return asWanted ? Line.of(Style.GOOD, good) : Line.of(Style.BAD, bad);
  }

  private static Style styleOf(NodeState state) {
    return switch (state) {
      case CONVERGED -> Style.GOOD;
      case FAILED, ROLLED_BACK, OFFLINE, NEVER_SEEN -> Style.BAD;
      case APPLYING, HELD, WAITING -> Style.BUSY;
    };
  }
}
