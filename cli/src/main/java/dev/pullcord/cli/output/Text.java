package dev.pullcord.cli.output;

import java.util.Locale;

/** Text that somebody else wrote, made safe for a terminal, and measured as a terminal would. */
public final class Text {
  private Text() {}

  /**
   * The text with control, formatting and undefined characters escaped, a line end too, so that it
   * can neither colour, nor move a cursor, nor pretend to be another line. A tab is a space.
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
          } else if (unsafe(c)) {
            clean.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            clean.appendCodePoint(c);
          }
        });
    return clean.toString();
  }

  static boolean unsafe(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  /** How many columns the cleaned text takes. */
  static int width(String text) {
    return text.codePoints().map(Text::width).sum();
  }

  /** The cleaned text, cut with an ellipsis so that it takes at most that many columns. */
  static String cut(String text, int columns) {
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
