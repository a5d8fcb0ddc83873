package dev.pullcord.agent.journal;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.state.StateDirectoryException;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only file of {@link Entry entries} and the history that they make.
 *
 * <p>Failure modes: a torn last line (a kill or a power loss in the middle of a write) is cut off;
 * a line that is damaged in the middle is set aside with the whole file as {@code
 * journal.damaged-<n>}, and what the other lines say stands, until {@link Recovery} has compared it
 * with the disk and {@code /proc}; a full disk leaves the file as it was before the write. Entries
 * of a newer agent are no damage: what they say cannot be guessed, so the journal is not opened.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int COMPACT_ABOVE = 1000;
  private static final int DAMAGED_KEPT = 5;

  private final Path file;
  private final JournalProbe probe;
  private FileChannel channel;
  private volatile AgentHistory history;
  private int entries;
  private int compactAbove = COMPACT_ABOVE;
  private boolean reopens;
  private long tornAt = -1;

  private Journal(Path file, JournalProbe probe, FileChannel channel, Read read) {
    this.file = file;
    this.probe = probe;
    this.channel = channel;
    this.history = read.history;
    this.entries = read.entries;
  }

  private record Read(
      AgentHistory history, int entries, long goodBytes, boolean damaged, boolean newer) {}

  /**
   * Opens it and reads it to its end; makes it when there is none.
   *
   * @throws StateDirectoryException {@code STATE_NEWER} when a newer agent has written to it
   */
  public static Journal open(StateDirectory directory, JournalProbe probe) throws IOException {
    Path file = directory.journal();
    Read read = read(file);
    if (read.newer) {
      throw StateDirectoryException.newer(file);
    }
    if (read.damaged) {
      setAside(file, read.history);
      read = read(file);
    }
    AtomicFiles.createPrivate(file);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    if (channel.size() > read.goodBytes) {
      LOG.warn("the last line of {} was torn by a kill: cut off at {}", file, read.goodBytes);
      channel.truncate(read.goodBytes);
    }
    channel.position(read.goodBytes);
    channel.force(true);
    AtomicFiles.forceDirectory(directory.root());
    return new Journal(file, probe, channel, read);
  }

  /** What the file says, read without a lock and without changing anything. */
  public static AgentHistory peek(Path file) throws IOException {
    return read(file).history;
  }

  /** Whether a newer agent has written to it, so that {@link #open} would refuse it. */
  public static boolean isOfNewer(Path file) throws IOException {
    return read(file).newer;
  }

  private static Read read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new Read(AgentHistory.EMPTY, 0, 0, false, false);
    }
    AgentHistory history = AgentHistory.EMPTY;
    int entries = 0;
    int good = 0;
    int damagedAt = -1;
    int damagedLines = 0;
    boolean newer = false;
    for (int from = 0, to; (to = endOfLine(bytes, from)) >= 0; from = to + 1) {
      String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      Optional<Entry> entry = JournalLine.read(line);
      if (entry.isPresent()) {
        history = history.plus(entry.get());
        entries++;
      } else {
        damagedAt = damagedLines++ == 0 ? from : damagedAt;
        newer |= JournalLine.isOfNewer(line);
      }
      good = to + 1;
    }
    if (damagedLines > 0) {
      LOG.warn("{}: {} damaged lines from byte {} are left out", file, damagedLines, damagedAt);
    }
    return new Read(history, entries, good, damagedLines > 0, newer);
  }

  private static int endOfLine(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static Path damaged(Path file, int n) {
    return file.resolveSibling("journal.damaged-" + n);
  }

  private static void setAside(Path file, AgentHistory history) throws IOException {
    // The oldest of those that are kept is the most telling; of the later ones one is enough.
    int n = 1;
    while (n < DAMAGED_KEPT && Files.exists(damaged(file, n))) {
      n++;
    }
    Path aside = damaged(file, n);
    Files.deleteIfExists(aside);
    Files.copy(file, aside);
    AtomicFiles.write(file, JournalLine.write(new Entry.Folded(history)));
    LOG.warn("the damaged journal is kept as {}", aside);
  }

  /** The history up to the last entry. */
  public AgentHistory history() {
    return history;
  }

  /**
   * Writes an entry, forces it if its kind asks for that, and returns the history with it.
   *
   * @throws UncheckedIOException when the disk does not take it; nothing is changed then, and the
   *     act that it announces must not be done
   */
  public AgentHistory append(Entry entry) {
    String kind = entry.getClass().getSimpleName();
    probe.before(new JournalProbe.Boundary(kind, entry.forced()));
    try {
      write(JournalLine.write(entry), entry.forced());
      Optional.of(entry)
          .filter(_ -> probe.heard())
          .flatMap(heard -> EntryWords.of(heard, history))
          .ifPresent(line -> LOG.info("{}", line));
      history = history.plus(entry);
      entries++;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the journal: " + FileFault.of(e, file), e);
    }
    probe.after(new JournalProbe.Boundary(kind, entry.forced()));
    if (entries > compactAbove) {
      compact();
    }
    return history;
  }

  private void write(byte[] line, boolean forced) throws IOException {
    if (reopens) {
      reopen();
    }
    long before = channel.position();
    ByteBuffer buffer = ByteBuffer.wrap(line);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      if (forced) {
        probe.force(channel);
      }
    } catch (IOException e) {
      cutOff(before, e);
      throw e;
    }
  }

  private void cutOff(long goodBytes, IOException why) {
    try {
      channel.truncate(goodBytes);
    } catch (IOException e) {
      why.addSuppressed(e);
      tornAt = goodBytes; // before anything is written after it
      reopens = true;
    }
  }

  /**
   * Writes the history in place of all entries. What fails is tried again later: the entry that was
   * appended last stands. The file may be another one by then, or not.
   */
  private void compact() {
    reopens = true;
    try {
      AtomicFiles.write(file, JournalLine.write(new Entry.Folded(history)));
      entries = 1;
      compactAbove = COMPACT_ABOVE;
      reopen();
    } catch (IOException e) {
      compactAbove = entries + COMPACT_ABOVE;
      LOG.warn("the journal is compacted later: {}", FileFault.of(e, file));
    }
  }

  /** What is appended from now on is to be found under the journal's name, also by a power loss. */
  private void reopen() throws IOException {
    AtomicFiles.forceDirectory(Objects.requireNonNull(file.getParent()));
    FileChannel now = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    if (tornAt >= 0) {
      now.truncate(tornAt);
      tornAt = -1;
    }
    now.position(now.size());
    FileChannel old = channel;
    channel = now;
    reopens = false;
    old.close();
  }

  /** Closes the file; writes nothing. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
