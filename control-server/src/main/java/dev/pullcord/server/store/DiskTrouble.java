package dev.pullcord.server.store;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.text.TerminalText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Recognizes a fault of the server's disk in whatever was thrown because of it, and names its
 * remedy. Whoever asked is not at fault: the same request works once the disk does.
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
  /** Owner or mode of a file, or a mount, does not let this user. */
  DENIED(
      "DISK_DENIED",
      "the server is not permitted to use a file of its own",
      "see owner and modes of its state directory (ls -la), and its unit's ReadWritePaths"),
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

  /**
   * Logs that something failed: of a disk the cause in a sentence, since a trace says nothing more
   * and comes again and again while it lasts; of all else the trace, which a developer needs.
   */
  public static void log(Logger log, String what, Throwable failure) {
    DiskTrouble trouble = of(failure).orElse(null);
    if (trouble == null) {
      log.error("{}", what, failure);
    } else {
      log.warn("{}  {}: {}", trouble.code, what, trouble.words(failure));
    }
  }

  /** What the disk did not do and to which file, in a sentence; empty if it is not the cause. */
  public static Optional<String> cause(Throwable failure) {
    return of(failure).map(trouble -> trouble.words(failure));
  }

  /** Why something failed, for people: the disk's trouble in a sentence, or its own words. */
  public static String said(Throwable failure) {
    Throwable cause = failure.getCause();
    String what = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return cause(failure)
        .orElseGet(
            () -> TerminalText.clean(cause == null ? what : what + ": " + cause.getMessage()));
  }

  private String words(Throwable failure) {
    return FileFault.within(failure).map(FileFault::of).orElse(what + "; " + remedy);
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
    if (cause instanceof AccessDeniedException) {
      return Optional.of(DENIED);
    }
    return cause instanceof IOException ? ofText(cause.getMessage()) : Optional.empty();
  }

  /** By the words that the system has for it, in a text that has more. */
  public static Optional<DiskTrouble> ofText(@Nullable String text) {
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
    if (lower.contains("permission denied") || lower.contains("operation not permitted")) {
      return Optional.of(DENIED);
    }
    return lower.contains("too many open files") ? Optional.of(NO_FILES) : Optional.empty();
  }
}
