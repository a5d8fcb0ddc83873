package dev.pullcord.server.store;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server's disk did not do, found in whatever was thrown because of it. It is nobody's
 * fault who asked: the same request works once the disk does.
 */
public enum DiskTrouble {
  /** No room, or none for this user. */
  FULL("DISK_FULL", "the disk of the server is full", "make room on it (df -h, df -i)"),
  /** Mounted so, or made so by the system after a fault. */
  READ_ONLY(
      "DISK_READ_ONLY",
      "the file system of the server is read-only",
      "see dmesg on the server for why, and mount it read-write again"),
  /** The device says so. */
  FAILING(
      "DISK_ERROR",
      "the disk of the server reports an input/output error",
      "see dmesg on the server, the disk may be failing"),
  /** Not the disk, but as transient and as little the caller's fault. */
  NO_FILES(
      "OPEN_FILES",
      "the server may open no more files",
      "raise LimitNOFILE of its unit (ulimit -n), or end what holds so many connections");

  private static final int CAUSES_MAX = 20;

  private final String code;
  private final String what;
  private final String remedy;

  DiskTrouble(String code, String what, String remedy) {
    this.code = code;
    this.what = what;
    this.remedy = remedy;
  }

  /** Our stable word. */
  public String code() {
    return code;
  }

  /** A sentence for whoever asked for something that had to be written. */
  public String sentence() {
    return what + "; this is not the request's fault and nothing of it was kept: " + remedy;
  }

  /** What is wrong, in short. */
  public String what() {
    return what;
  }

  /** The trouble that this failure comes from, if it does come from one. */
  public static Optional<DiskTrouble> of(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      Optional<DiskTrouble> found = ofOne(cause);
      if (found.isPresent()) {
        return found;
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static Optional<DiskTrouble> ofOne(Throwable cause) {
    if (cause instanceof StoreException store) {
      for (DiskTrouble trouble : values()) {
        if (trouble.code.equals(store.code())) {
          return Optional.of(trouble);
        }
      }
      return Optional.empty();
    }
    return cause instanceof IOException ? ofText(cause.getMessage()) : Optional.empty();
  }

  /** By the words that the system has for it. */
  private static Optional<DiskTrouble> ofText(@Nullable String text) {
    String lower = text == null ? "" : text.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left on device") || lower.contains("disk quota exceeded")) {
      return Optional.of(FULL);
    }
    if (lower.contains("read-only file system")) {
      return Optional.of(READ_ONLY);
    }
    if (lower.contains("input/output error")) {
      return Optional.of(FAILING);
    }
    return lower.contains("too many open files") ? Optional.of(NO_FILES) : Optional.empty();
  }
}
