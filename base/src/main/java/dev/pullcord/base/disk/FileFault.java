package dev.pullcord.base.disk;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says in a sentence what a disk did not do, and what to do about it: the path, the cause, the
 * remedy. The one table from exceptions and the system's error texts to words; no sentence has the
 * name of a class.
 */
public final class FileFault {
  private static final long ROOM_BYTES = 4 << 20;
  private static final int CAUSES_MAX = 20;

  /** What the system says, and what is said instead; the path comes before. */
  private static final List<Cause> CAUSES =
      List.of(
          new Cause("no space left on device", "the disk is full; make room on it (df -h)"),
          new Cause(
              "disk quota exceeded", "the quota of this user is used up; raise it or make room"),
          new Cause(
              "read-only file system",
              "the file system is read-only; see dmesg for why, and mount it read-write again"),
          new Cause(
              "input/output error",
              "the disk reports an input/output error; see dmesg, the disk may be failing"),
          new Cause(
              "structure needs cleaning", "the file system is damaged; unmount it and run fsck"),
          new Cause(
              "too many open files in system",
              "all open files of this host are used up; raise fs.file-max"),
          new Cause(
              "too many open files",
              "this process may open no more files; raise LimitNOFILE of its unit (ulimit -n)"),
          new Cause("cannot allocate memory", "the host has no memory left; see dmesg and free -m"),
          new Cause(
              "invalid cross-device link",
              "it lies on another file system, and what is renamed has to stay on one; take the"
                  + " mount or the link away"),
          new Cause("permission denied", "permission denied for user %user"),
          new Cause(
              "operation not permitted",
              "the system does not permit that to user %user; see lsattr for a file that may not"
                  + " be changed"),
          new Cause(
              "too many levels of symbolic links",
              "a symbolic link is in the way, and none is followed; put the file itself there"),
          new Cause("is a directory", "it is a directory, which was not expected; move it away"),
          new Cause("not a directory", "it is no directory, and one is expected; move it away"),
          new Cause(
              "directory not empty",
              "it is a directory that is not empty, which was not expected; move it away"),
          new Cause("no such file or directory", "it is not there"),
          new Cause("file exists", "it is there already, which was not expected; move it away"),
          new Cause("file name too long", "the name is too long for this file system"),
          new Cause("text file busy", "it is being run, and cannot be written meanwhile"),
          new Cause(
              "device or resource busy", "it is in use, perhaps as a mount point; see findmnt"),
          new Cause("stale file handle", "the network file system has lost it; mount it again"),
          new Cause(
              "transport endpoint is not connected",
              "the mounted file system is gone; mount it again"),
          new Cause("too many links", "it has as many links as this file system allows"),
          new Cause("file too large", "it is larger than this user or file system may write"));

  private FileFault() {}

  private record Cause(String system, String words) {}

  /** One sentence. */
  public static String of(IOException e) {
    return of(e, null);
  }

  /**
   * One sentence.
   *
   * @param file that it was about, where the exception does not say; null for none
   */
  public static String of(IOException e, @Nullable Path file) {
    return sentence(e, file == null ? null : file.toString());
  }

  /** One sentence: what was being done, where that was said, and the cause. */
  public static String of(UncheckedIOException e) {
    IOException cause = Objects.requireNonNull(e.getCause());
    String said = e.getMessage();
    String why = of(cause);
    if (said == null || said.equals(cause.toString())) {
      return why;
    }
    return said.contains(why) ? said : said + ": " + why;
  }

  /** One sentence, of whichever it is; of another exception what it says itself. */
  public static String of(Exception e) {
    return switch (e) {
      case IOException disk -> of(disk);
      case UncheckedIOException disk -> of(disk);
      default -> String.valueOf(e.getMessage());
    };
  }

  /** What in a chain of causes the file system did not do; nothing where it did not fail. */
  public static Optional<IOException> within(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (cause instanceof FileSystemException
          || cause instanceof FileNotFoundException
          || (cause instanceof IOException && isOnly(cause.getMessage()))) {
        return Optional.of((IOException) cause);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static String sentence(IOException e, @Nullable String path) {
    if (e.getCause() instanceof IOException cause && cause.toString().equals(e.getMessage())) {
      return sentence(cause, path);
    }
    String file = path;
    String text = e.getMessage();
    if (e instanceof FileSystemException system) {
      file = named(system, path);
      text = system.getReason();
    }
    String known = byKind(e);
    if (known == null && e instanceof FileNotFoundException && text != null) {
      return oldStyle(text); // "/a/file (Permission denied)"
    }
    // A sentence of ours may have the system's words in it; what the system says has nothing else.
    boolean system = e instanceof FileSystemException || isOnly(text);
    String words = known != null ? known : system ? words(text, file) : null;
    if (words == null) {
      return unknown(file, text);
    }
    return file == null ? words : file + ": " + words;
  }

  private static @Nullable String named(FileSystemException e, @Nullable String path) {
    if (e.getFile() == null) {
      return path;
    }
    return e.getOtherFile() == null ? e.getFile() : e.getOtherFile();
  }

  /** Those that the library tells apart by their class. */
  private static @Nullable String byKind(IOException e) {
    return switch (e) {
      case AtomicMoveNotSupportedException _ -> words("invalid cross-device link", null);
      case AccessDeniedException _ -> words("permission denied", null);
      case NoSuchFileException _ -> words("no such file or directory", null);
      case FileAlreadyExistsException _ -> words("file exists", null);
      case DirectoryNotEmptyException _ -> words("directory not empty", null);
      case NotDirectoryException _ -> words("not a directory", null);
      case NotLinkException _ -> "it is no symbolic link, and one is expected; move it away";
      case CharacterCodingException _ -> "it is not UTF-8 text";
      case EOFException _ -> "it ends too early";
      default -> null;
    };
  }

  private static @Nullable String words(@Nullable String system, @Nullable String file) {
    String lower = system == null ? "" : system.toLowerCase(Locale.ROOT);
    for (Cause cause : CAUSES) {
      if (lower.startsWith(cause.system())) {
        return cause.equals(CAUSES.getFirst()) && file != null && hasRoom(Path.of(file))
            ? "no inodes are left on the disk, though it has room; delete small files (df -i)"
            : cause.words().replace("%user", System.getProperty("user.name", "?"));
      }
    }
    return null;
  }

  private static boolean isOnly(@Nullable String text) {
    return CAUSES.stream().anyMatch(cause -> cause.system().equalsIgnoreCase(text));
  }

  private static boolean hasRoom(Path file) {
    Path there = file.toAbsolutePath();
    try {
      while (!Files.exists(there)) {
        Path parent = there.getParent();
        if (parent == null) {
          return false;
        }
        there = parent;
      }
      return Files.getFileStore(there).getUsableSpace() > ROOM_BYTES;
    } catch (IOException | InvalidPathException | SecurityException e) {
      return false; // it is only for the words
    }
  }

  private static String oldStyle(String text) {
    int open = text.lastIndexOf(" (");
    String file = open < 0 ? text : text.substring(0, open);
    String words = open < 0 ? null : words(text.substring(open + 2), file);
    return words == null ? text : file + ": " + words;
  }

  private static String unknown(@Nullable String file, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return (file == null ? "a file" : file) + ": it failed, and the system did not say why";
    }
    return file == null || text.contains(file) ? text : file + ": " + text;
  }
}
