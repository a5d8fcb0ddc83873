package dev.pullcord.cli.output;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.PullcordJson;
import java.util.Locale;

/** The records of the API as one line of JSON. */
public final class Json {
  private Json() {}

  /** The value; what a terminal would obey is escaped, which changes nothing for a parser. */
  public static String of(Object value) {
    String json = PullcordJson.write(value);
    if (json.chars().allMatch(c -> c < 0x7f)) {
      return json;
    }
    StringBuilder safe = new StringBuilder(json.length() + 16);
    json.codePoints()
        .forEach(c -> {
          if (TerminalText.isUnsafe(c)) {
            for (char unit : Character.toChars(c)) {
              safe.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
            }
          } else {
            safe.appendCodePoint(c);
          }
        });
    return safe.toString();
  }
}
