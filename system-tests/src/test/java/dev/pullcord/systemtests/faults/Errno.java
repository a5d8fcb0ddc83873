package dev.pullcord.systemtests.faults;

import static dev.pullcord.systemtests.faults.FaultShim.Call.ATTRIBUTES;
import static dev.pullcord.systemtests.faults.FaultShim.Call.DELETE;
import static dev.pullcord.systemtests.faults.FaultShim.Call.FORCE;
import static dev.pullcord.systemtests.faults.FaultShim.Call.LINK;
import static dev.pullcord.systemtests.faults.FaultShim.Call.MKDIR;
import static dev.pullcord.systemtests.faults.FaultShim.Call.OPEN;
import static dev.pullcord.systemtests.faults.FaultShim.Call.OPEN_TO_READ;
import static dev.pullcord.systemtests.faults.FaultShim.Call.RENAME;
import static dev.pullcord.systemtests.faults.FaultShim.Call.TRUNCATE;
import static dev.pullcord.systemtests.faults.FaultShim.Call.WRITE;

import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.faults.FaultShim.Call;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** An error of the file system: which calls end with it, and what a person is to read of it. */
enum Errno {
  ENOSPC(
      28,
      EnumSet.of(OPEN, WRITE, FORCE, RENAME, MKDIR, TRUNCATE, LINK),
      "is full|no inodes",
      "DISK_FULL"),
  EDQUOT(122, ENOSPC.calls, "quota", "DISK_FULL"),
  EIO(
      5,
      EnumSet.complementOf(EnumSet.of(OPEN_TO_READ)),
      "reports an input/output error",
      "DISK_ERROR"),
  EROFS(30, EnumSet.complementOf(EnumSet.of(OPEN_TO_READ)), "is read-only", "DISK_READ_ONLY"),
  EMFILE(24, EnumSet.of(OPEN, OPEN_TO_READ), "may open no more files", "OPEN_FILES"),
  EACCES(
      13,
      EnumSet.of(OPEN, OPEN_TO_READ, RENAME, DELETE, MKDIR, LINK, ATTRIBUTES),
      "permission denied",
      "DISK_DENIED");

  private static final int MOST = 300;

  private final int number;
  private final Set<Call> calls;
  private final String words;
  private final String code;

  Errno(int number, Set<Call> calls, String words, String code) {
    this.number = number;
    this.calls = calls;
    this.words = words;
    this.code = code;
  }

  int number() {
    return number;
  }

  Set<Call> calls() {
    return calls;
  }

  /** Whether a text for people names it. */
  boolean isNamedIn(String text) {
    return Pattern.compile(words).matcher(text).find();
  }

  /**
   * Those that are tried: the one that {@code -Dpullcord.errno=EIO} names, all with {@code --full},
   * and else one of each sort: no room, a failing disk, a process without descriptors.
   */
  static List<Errno> tried() {
    String one = System.getProperty("pullcord.errno");
    if (one != null) {
      return List.of(valueOf(one));
    }
    return Fleets.full() ? List.of(values()) : List.of(ENOSPC, EIO, EMFILE);
  }

  /** The calls at which it is tried: every one with {@code --full}, else each so many. */
  IntStream calls(int sample) {
    return Fleets.full()
        ? IntStream.rangeClosed(1, MOST)
        : IntStream.iterate(1 + 5 * ordinal(), n -> n <= MOST, n -> n + sample);
  }

  /** The server's word for it. */
  String code() {
    return code;
  }
}
