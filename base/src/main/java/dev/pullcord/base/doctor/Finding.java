package dev.pullcord.base.doctor;

import java.util.Locale;

/**
 * What a check has found.
 *
 * @param name of the check
 * @param ok whether nothing has to be done
 * @param detail what was seen
 * @param fix what to do; empty where nothing has to be done
 */
public record Finding(String name, boolean ok, String detail, String fix) {
  /** Nothing has to be done. */
  public static Finding good(DoctorCheck check, String detail) {
    return new Finding(check.name(), true, detail, "");
  }

  /** Something has to be done. */
  public static Finding bad(DoctorCheck check, String detail, String fix) {
    return new Finding(check.name(), false, detail, fix);
  }

  /** An amount of bytes as people read it: {@code 91 MiB}, {@code 20.0 GiB}. */
  public static String amount(long bytes) {
    return bytes < 1L << 30
        ? (bytes >> 20) + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", (double) bytes / (1L << 30));
  }
}
