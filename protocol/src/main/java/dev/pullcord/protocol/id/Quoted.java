package dev.pullcord.protocol.id;

import dev.pullcord.base.text.TerminalText;

/** How a value that somebody else wrote is shown in a message: quoted, escaped, cut. */
public final class Quoted {
  private static final int LIMIT = 120;

  private Quoted() {}

  /**
   * The value in double quotes, cut after 120 characters; control and formatting characters are
   * escaped, so that it can neither move a cursor nor end a line.
   */
  public static String of(String value) {
    StringBuilder shown = new StringBuilder("\"");
    value
        .codePoints()
        .limit(LIMIT)
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            shown.append('\\').appendCodePoint(c);
          } else {
            TerminalText.append(shown, c);
          }
        });
    return shown.append(value.codePointCount(0, value.length()) > LIMIT ? "…\"" : "\"").toString();
  }
}
