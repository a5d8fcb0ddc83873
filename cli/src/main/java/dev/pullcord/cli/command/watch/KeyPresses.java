package dev.pullcord.cli.command.watch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The keys that were pressed since somebody asked. Never waits: it takes what is there. A sequence
 * of an arrow comes in one piece; what is not known is left out.
 */
final class KeyPresses {
  private static final int MOST_BYTES = 256;
  private static final char ESCAPE = 27;
  private static final Map<Character, WatchKey> LETTERS =
      Map.of(
          'q', WatchKey.QUIT,
          'k', WatchKey.UP,
          'j', WatchKey.DOWN,
          'g', WatchKey.TOP,
          'f', WatchKey.BEHIND,
          '?', WatchKey.HELP,
          'h', WatchKey.HELP);
  private static final Map<Character, WatchKey> ARROWS =
      Map.of('A', WatchKey.UP, 'B', WatchKey.DOWN, 'H', WatchKey.TOP);

  private final InputStream in;

  KeyPresses(InputStream in) {
    this.in = in;
  }

  List<WatchKey> taken() {
    try {
      int there = Math.min(MOST_BYTES, in.available());
      return there == 0
          ? List.of()
          : keys(new String(in.readNBytes(there), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return List.of(); // the terminal is gone; its hang-up ends the watch
    }
  }

  static List<WatchKey> keys(String pressed) {
    List<WatchKey> keys = new ArrayList<>();
    for (int i = 0; i < pressed.length(); i++) {
      char c = pressed.charAt(i);
      WatchKey key;
      if (c == ESCAPE) {
        int end = endOfSequence(pressed, i + 1);
        key = end < pressed.length() ? ARROWS.get(pressed.charAt(end)) : null;
        i = end;
      } else {
        key = LETTERS.get(c);
      }
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** {@code ESC [ 1 ; 5 A} and {@code ESC O A}: where the last character stands. */
  private static int endOfSequence(String pressed, int from) {
    int at = from;
    if (at < pressed.length() && (pressed.charAt(at) == '[' || pressed.charAt(at) == 'O')) {
      at++;
      while (at < pressed.length() && "0123456789;".indexOf(pressed.charAt(at)) >= 0) {
        at++;
      }
    }
    return at;
  }
}
