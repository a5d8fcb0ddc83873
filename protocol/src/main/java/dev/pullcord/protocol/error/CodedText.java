package dev.pullcord.protocol.error;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence that has a code before it, {@code REF_NON_FF main would …}: the code is for programs
 * and for who looks it up, the sentence is what people are told. A code is in capitals, has an
 * underscore, and is followed by two blanks. It is at the beginning, or behind words of our own
 * that say of which commit; what a program printed may look like a code and stays as it is.
 */
public final class CodedText {
  /** Where the place of what is wrong follows, {@code pullcord.yaml:3:1}, it has two blanks too. */
  private static final Pattern CODE =
      Pattern.compile(
          "(?<before>\\A *|[0-9a-f]+ is not deployed: "
              + "|(?<list>no node c(?:an|ould) run [0-9a-f]+: )|(?<next>; ))"
              + "(?<code>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)  "
              + "(?:(?<place>\"[^\"\n]*\"|tree \\S+|\\S+)  )?(?=\\S)");

  private CodedText() {}

  /** What people are told: the same without its codes. */
  public static String sentence(String text) {
    Matcher found = CODE.matcher(text);
    StringBuilder told = new StringBuilder();
    boolean list = false;
    while (found.find()) {
      list |= found.group("list") != null;
      if (list || found.group("next") == null) {
        String place = found.group("place");
        String kept = found.group("before") + (place == null ? "" : place + " ");
        found.appendReplacement(told, Matcher.quoteReplacement(kept));
      }
    }
    return found.appendTail(told).toString();
  }

  /** The first code, {@code REF_NON_FF}; empty where there is none. */
  public static Optional<String> code(String text) {
    return CODE.matcher(text)
        .results()
        .filter(found -> found.group("next") == null)
        .map(found -> found.group("code"))
        .findFirst();
  }
}
