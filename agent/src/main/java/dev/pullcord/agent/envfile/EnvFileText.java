package dev.pullcord.agent.envfile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code NAME=value} lines as systemd's {@code EnvironmentFile=} does, as far as a value
 * stands on one line. What would be read in another way there is refused, never guessed at; a
 * message has the line's number and nothing of the line, which may be a secret.
 */
final class EnvFileText {
  private static final int VARIABLES_MAX = 1000;
  private static final int VALUE_LENGTH = 32 << 10;
  private static final Pattern LINE = Pattern.compile("([^=]*?)[ \\t]*=[ \\t]*(.*)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String ESCAPED = "\"\\`$";

  private EnvFileText() {}

  /** Why a file cannot be used; the message begins with the line. */
  static final class BadLineException extends Exception {
    private static final long serialVersionUID = 1;

    BadLineException(int line, String why) {
      super("line " + line + ": " + why);
    }
  }

  static Map<String, String> read(byte[] content) throws BadLineException {
    Map<String, String> variables = new LinkedHashMap<>();
    int line = 0;
    int from = 0;
    while (from < content.length) {
      int to = from;
      while (to < content.length && content[to] != '\n') {
        to++;
      }
      line++;
      int end = to > from && content[to - 1] == '\r' ? to - 1 : to;
      read(text(content, from, end, line), line, variables);
      from = to + 1;
    }
    return variables;
  }

  private static String text(byte[] content, int from, int to, int line) throws BadLineException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(content, from, to - from))
              .toString();
    } catch (CharacterCodingException e) {
      throw new BadLineException(line, "it is not UTF-8");
    }
    if (text.chars().anyMatch(c -> c != '\t' && Character.isISOControl(c))) {
      throw new BadLineException(line, "it has a control character");
    }
    return text.strip();
  }

  private static void read(String text, int line, Map<String, String> variables)
      throws BadLineException {
    if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
      return;
    }
    Matcher parts = LINE.matcher(text);
    if (!parts.matches()) {
      throw new BadLineException(line, "it has no =; NAME=value is expected, or # for a comment");
    }
    String name = parts.group(1);
    if (!NAME.matcher(name).matches()) {
      throw new BadLineException(
          line, "no variable's name before the =; [A-Za-z_][A-Za-z0-9_]* is expected, no export");
    }
    if (name.startsWith("PULLCORD_")) {
      throw new BadLineException(
          line, "names with PULLCORD_ in front are set by Pullcord itself; take another name");
    }
    String value = value(parts.group(2), line);
    if (value.length() > VALUE_LENGTH) {
      throw new BadLineException(line, "the value has more than " + VALUE_LENGTH + " characters");
    }
    variables.put(name, value);
    if (variables.size() > VARIABLES_MAX) {
      throw new BadLineException(line, "more than " + VARIABLES_MAX + " variables");
    }
  }

  private static String value(String text, int line) throws BadLineException {
    if (text.isEmpty()) {
      return "";
    }
    char quote = text.charAt(0);
    if (quote != '"' && quote != '\'') {
      return unescaped(text, line);
    }
    StringBuilder value = new StringBuilder();
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == quote) {
        if (i < text.length() - 1) {
          throw new BadLineException(line, "something stands behind the closing quote");
        }
        return value.toString();
      }
      if (c == '\\' && quote == '"' && i < text.length() - 1 && escapes(text.charAt(i + 1))) {
        i++;
        value.append(text.charAt(i));
      } else {
        value.append(c);
      }
    }
    throw new BadLineException(line, "the quote is not closed; a value stands on one line");
  }

  private static boolean escapes(char c) {
    return ESCAPED.indexOf(c) >= 0;
  }

  private static String unescaped(String text, int line) throws BadLineException {
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        if (i == text.length()) {
          throw new BadLineException(line, "a \\ at its end; a value stands on one line");
        }
        value.append(text.charAt(i));
      } else {
        value.append(c);
      }
    }
    return value.toString();
  }
}
