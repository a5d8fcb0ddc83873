package dev.pullcord.cli.output;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.Severity;

/** The sign before a state, so that it can be read without colour. */
public enum Signs {
  /** For a terminal that knows more than ASCII. */
  UNICODE("✓", "✗", "…", "‖", "?", "█░│"),
  /** For a locale that promises nothing. */
  ASCII("+", "x", "~", "=", "?", "#-|");

  private final String good;
  private final String bad;
  private final String busy;
  private final String held;
  private final String away;
  private final String strokes;

  Signs(String good, String bad, String busy, String held, String away, String strokes) {
    this.good = good;
    this.bad = bad;
    this.busy = busy;
    this.held = held;
    this.away = away;
    this.strokes = strokes;
  }

  /** The state's sign, in its colour. */
  public StyledLine of(NodeState state) {
    return state.unreachable() ? StyledLine.of(styleOf(state), away) : of(Severity.of(state));
  }

  /** The sign of a judgement, in its colour. */
  public StyledLine of(Severity severity) {
    return StyledLine.of(
        styleOf(severity),
        switch (severity) {
          case GOOD -> good;
          case UNDER_WAY -> busy;
          case HELD -> held;
          case TROUBLE -> bad;
        });
  }

  /** Sign and name of a state. */
  public StyledLine named(NodeState state) {
    return of(state).add(styleOf(state), " " + state.wireName());
  }

  /** The sign of a verdict. */
  public StyledLine of(boolean asWanted) {
    return asWanted ? StyledLine.of(Style.GOOD, good) : StyledLine.of(Style.BAD, bad);
  }

  /** How much of something is done; it looks done only when it is. */
  public StyledLine bar(int done, int total, int columns) {
    int full = total == 0 ? 0 : (int) ((long) columns * done / total);
    return StyledLine.of(Style.GOOD, strokes.substring(0, 1).repeat(full))
        .add(Style.FAINT, strokes.substring(1, 2).repeat(columns - full));
  }

  /** Stands before lines that somebody else printed. */
  public String margin() {
    return strokes.substring(2);
  }

  /** Stands where something was left out. */
  public String ellipsis() {
    return this == UNICODE ? "…" : "...";
  }

  /** The colour of a state. */
  public Style styleOf(NodeState state) {
    return styleOf(Severity.of(state));
  }

  /** The colour of a judgement. */
  public static Style styleOf(Severity severity) {
    return switch (severity) {
      case GOOD -> Style.GOOD;
      case UNDER_WAY -> Style.BUSY;
      case HELD -> Style.PLAIN;
      case TROUBLE -> Style.BAD;
    };
  }
}
