package dev.pullcord.protocol.error;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence that has a code before it, {@code REF_NON_FF main would …}: the code is for programs
 * and for who looks it up, the sentence is what people are told. A code is in capitals, has an
 * underscore, and is followed by two blanks.
 */
public final class CodedText {
  private static final Pattern CODE =
      Pattern.compile("(^|[:;] |\\n)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)  (?=\\S)");

  private CodedText() {}

  /** What people are told: the same without its codes. */
  public static String sentence(String text) {
    return code(text).isEmpty() ? text : CODE.matcher(text).replaceAll("$1").replace("  ", " ");
  }

  /** The first code, {@code REF_NON_FF}; empty where there is none. */
  public static Optional<String> code(String text) {
    Matcher found = CODE.matcher(text);
    return found.find() ? Optional.of(found.group(2)) : Optional.empty();
  }
}
