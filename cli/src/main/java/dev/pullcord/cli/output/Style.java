package dev.pullcord.cli.output;

/** What a piece of text means; the colour follows from it and is never the only sign. */
public enum Style {
  /** Nothing special. */
  PLAIN(""),
  /** What to look at first. */
  STRONG("\033[1m"),
  /** What can be left unread. */
  FAINT("\033[2m"),
  /** As wanted. */
  GOOD("\033[32m"),
  /** On its way. */
  BUSY("\033[33m"),
  /** Not as wanted. */
  BAD("\033[31m"),
  /** As wanted, for the first line. */
  BIG_GOOD("\033[1;32m"),
  /** On its way, for the first line. */
  BIG_BUSY("\033[1;33m"),
  /** Not as wanted, for the first line. */
  BIG_BAD("\033[1;31m");

  /** Ends every style. */
  static final String RESET = "\033[0m";

  private final String escape;

  Style(String escape) {
    this.escape = escape;
  }

  String escape() {
    return escape;
  }
}
