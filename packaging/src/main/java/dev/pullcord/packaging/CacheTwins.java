package dev.pullcord.packaging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes an AOT cache the same whenever it is made. Two caches of the same classes differ in when a
 * soft reference was last used (milliseconds since the host's boot), and in the checksums over
 * that, which the JVM only reads when it is asked to. These words are set to zero.
 *
 * <p>A word that differs and is no such time is refused: whatever it is, zero would be wrong.
 */
final class CacheTwins {
  private static final int HEADER = 4096;

  /** Two caches that are made one after the other are not an hour apart. */
  private static final long APART_MAX_MILLIS = 3_600_000;

  private CacheTwins() {}

  /** Rewrites the first. */
  static void settle(Path first, Path second) throws IOException {
    byte[] settled = Files.readAllBytes(first);
    var unused = settle(settled, Files.readAllBytes(second));
    Files.write(first, settled);
  }

  /** How many words differed; they are zero now. */
  static int settle(byte[] first, byte[] second) throws IOException {
    if (first.length != second.length) {
      throw new IOException("caches of " + first.length + " and " + second.length + " bytes");
    }
    ByteBuffer one = ByteBuffer.wrap(first).order(ByteOrder.nativeOrder());
    ByteBuffer other = ByteBuffer.wrap(second).order(ByteOrder.nativeOrder());
    int words = 0;
    for (int at = 0; at < HEADER; at += Integer.BYTES) {
      if (one.getInt(at) != other.getInt(at)) {
        one.putInt(at, 0);
        words++;
      }
    }
    for (int at = HEADER; at + Long.BYTES <= first.length; at += Long.BYTES) {
      if (one.getLong(at) != other.getLong(at)) {
        requireTimes(at, one.getLong(at), other.getLong(at));
        one.putLong(at, 0);
        words++;
      }
    }
    return words;
  }

  private static void requireTimes(int at, long first, long second) throws IOException {
    if (first < 0 || second < 0 || Math.abs(first - second) > APART_MAX_MILLIS) {
      throw new IOException(
          "the caches differ at byte %d, and not by a time: %016x and %016x"
              .formatted(at, first, second));
    }
  }
}
