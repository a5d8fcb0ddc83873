package dev.pullcord.base.text;

import java.util.Locale;

/** Text that somebody else wrote, made safe for a terminal, and measured as a terminal would. */
public final class TerminalText {
  private TerminalText() {}

  /**
   * Escapes what {@link #isUnsafe} says, a line end too, so that the text can neither colour, nor
   * move a cursor, nor hide a part of itself, nor pretend to be another line. A tab is a space.
   */
  public static String clean(String text) {
    if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (c == '\t') {
            clean.append(' ');
          } else {
            append(clean, c);
          }
        });
    return clean.toString();
  }

  /** Appends a character, escaped if it is unsafe. */
  public static void append(StringBuilder text, int codePoint) {
    if (isUnsafe(codePoint)) {
      text.append(String.format(Locale.ROOT, "\\u%04x", codePoint));
    } else {
      text.appendCodePoint(codePoint);
    }
  }

  /**
   * Whether a terminal obeys the character, or does not show it: control characters (C0, DEL, C1),
   * formatting (direction, zero width, tags), line and paragraph separators, half a surrogate pair,
   * private and unassigned characters, and the letters that are blank.
   */
  public static boolean isUnsafe(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> isBlankLetter(codePoint);
    };
  }

  /** Joiners and fillers that count as letters or marks, and of which nothing is seen. */
  private static boolean isBlankLetter(int codePoint) {
    return switch (codePoint) {
      case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0 -> true;
      default -> false;
    };
  }

  /** How many columns the cleaned text takes. */
  public static int width(String text) {
    return text.codePoints().map(TerminalText::width).sum();
  }

  /** The cleaned text, cut with an ellipsis so that it takes at most that many columns. */
  public static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int left = columns - 1;
    for (int c : text.codePoints().toArray()) {
      left -= width(c);
      if (left < 0) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return columns < 1 ? "" : cut.append('…').toString();
  }

  private static int width(int codePoint) {
    if (codePoint < 0x300) {
      return 1;
    }
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return Character.isIdeographic(codePoint)
            || Character.isEmojiPresentation(codePoint)
            || (codePoint >= 0x1100 && codePoint <= 0x115f)
            || (codePoint >= 0x3040 && codePoint <= 0x30ff)
            || (codePoint >= 0xac00 && codePoint <= 0xd7a3)
            || (codePoint >= 0xff01 && codePoint <= 0xff60)
        ? 2
        : 1;
  }
}
