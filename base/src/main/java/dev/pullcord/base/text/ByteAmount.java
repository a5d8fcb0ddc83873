package dev.pullcord.base.text;

import java.util.Locale;

/** Writes an amount of bytes as people read it. */
public final class ByteAmount {
  private static final long GIB = 1L << 30;
  private static final int MIB_BITS = 20;

  private ByteAmount() {}

  /** {@code 91 MiB}, {@code 20.0 GiB}. */
  public static String text(long bytes) {
    return bytes < GIB
        ? (bytes >> MIB_BITS) + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
  }
}
