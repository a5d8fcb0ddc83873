package dev.pullcord.protocol.unit;

import java.util.regex.Pattern;

/**
 * A text as one word of a shell's command. What is shown for copying is run by whoever copies it,
 * and git lets a branch be called {@code a;reboot}.
 */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9_@%+=:,./-]+");

  private ShellWord() {}

  /** Quoted where a shell would read it otherwise. */
  public static String of(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
