package dev.pullcord.git.pack;

import java.io.IOException;

/**
 * What a delta says of itself at its beginning.
 *
 * @param base the size of what it is applied to
 * @param result the size of what comes out
 */
record DeltaSizes(long base, long result) {
  static DeltaSizes of(byte[] delta) throws IOException {
    int[] at = new int[1];
    return new DeltaSizes(number(delta, at), number(delta, at));
  }

  private static long number(byte[] delta, int[] at) throws IOException {
    long number = 0;
    for (int shift = 0; shift <= 56; shift += 7) {
      if (at[0] >= delta.length) {
        break;
      }
      int c = delta[at[0]++] & 0xff;
      number |= (long) (c & 0x7f) << shift;
      if ((c & 0x80) == 0) {
        return number;
      }
    }
    throw PackRefusedException.corrupt("a delta without sizes");
  }
}
