package dev.pullcord.agent.stage;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.LocaleNames;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.stage.tree.ReleaseFiles;
import dev.pullcord.agent.stage.tree.ReleaseLists;
import dev.pullcord.agent.stage.tree.SealedTree;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Counted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes a release out of the object database: under {@code tmp/}, read-only, forced, then renamed
 * into its place. A file that the active or the newest release already has is a hard link to it;
 * that is safe because nobody else can write it, and its size is looked at all the same.
 *
 * <p>A kill before the rename leaves a leftover in {@code tmp/}; one after it leaves a tree that
 * the journal does not know, which is not trusted and is collected.
 */
public final class Exporter {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int LINK_TARGET_MAX_BYTES = 4096;

  private final StateDirectory directory;
  private final Source source;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  /** Into this directory, with the content from there. */
  public Exporter(StateDirectory directory, Source source) {
    this.directory = directory;
    this.source = source;
  }

  /**
   * A release that is complete and in its place, and what it took.
   *
   * @param release for the journal
   * @param written files that were new
   * @param writtenBytes of them
   * @param linked files that an earlier release had
   */
  public record Exported(Release release, int written, long writtenBytes, int linked) {
    /** For the transcript. */
    public String text() {
      return "%s: %s written (%d bytes), %d linked"
          .formatted(release.name(), Counted.of(written, "file"), writtenBytes, linked);
    }
  }

  /**
   * Stages a snapshot.
   *
   * @param linking whether what earlier releases have may be linked to; not when what they have is
   *     not what was staged
   */
  public Exported export(
      Snapshot snapshot,
      String ref,
      Map<String, WorkerDefinition> workers,
      Preparation preparation,
      AgentHistory history,
      boolean linking,
      Instant now)
      throws IOException {
    int sequence = nextSequence(history);
    String name = Release.name(sequence, snapshot.commit());
    Path aside = directory.tmp().resolve(name);
    FileTrees.delete(aside);
    Files.createDirectory(aside);
    Counts counts = new Counts();
    try {
      String own = ReleaseFiles.own(snapshot.commit(), ref, snapshot.trees(), sequence);
      List<Path> earlier = linking ? earlier(history) : List.of();
      fill(aside, snapshot, own, !preparation.commands().isEmpty(), earlier, counts);
    } catch (IOException | RuntimeException e) {
      discard(aside, e); // what is left of a full disk must not keep it full
      throw e;
    }
    Path place = directory.release(name);
    AtomicFiles.rename(aside, place);
    // Only now: a directory that cannot be written cannot be moved to another parent either.
    Files.setPosixFilePermissions(place, ReleaseFiles.PROGRAM);
    Release release =
        Release.staged(
            sequence,
            new Release.Content(snapshot.commit(), ref, snapshot.trees()),
            workers,
            preparation,
            snapshot.labels(),
            now);
    return new Exported(release, counts.written, counts.bytes, counts.linked);
  }

  private static void discard(Path aside, Exception why) {
    try {
      FileTrees.delete(aside);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private void fill(
      Path aside, Snapshot snapshot, String own, boolean builds, List<Path> earlier, Counts counts)
      throws IOException {
    NavigableSet<Path> directories = new TreeSet<>(Set.of(aside));
    createParents(aside, aside.resolve(ReleaseFiles.FILES), directories);
    try (ReleaseLists lists = new ReleaseLists(aside);
        EarlierRelease first = earlier.isEmpty() ? null : EarlierRelease.of(earlier.getFirst());
        EarlierRelease second = earlier.size() < 2 ? null : EarlierRelease.of(earlier.get(1))) {
      List<EarlierRelease> open = Stream.of(first, second).flatMap(Stream::ofNullable).toList();
      for (TreeFile file : snapshot.files().values()) {
        Path to = inside(aside, file.path());
        createParents(aside, to, directories);
        lists.add(file, place(file, to, open, counts));
      }
      lists.complete();
    }
    write(aside.resolve(ReleaseFiles.RELEASE), own);
    if (builds) {
      SealedTree.buildOf(aside).create();
    }
    seal(aside, directories);
  }

  /** The tree was checked; this is the last look before something is written. */
  private static Path inside(Path aside, String path) throws IOException {
    Path to = aside.resolve(LocaleNames.path(path));
    if (!to.normalize().equals(to) || !to.startsWith(aside) || to.equals(aside)) {
      throw new IOException(Quoted.of(path) + " is not a path inside of a release");
    }
    return to;
  }

  private static final class Counts {
    int written;
    long bytes;
    int linked;
  }

  private int nextSequence(AgentHistory history) throws IOException {
    int last = history.lastSequence();
    try (Stream<Path> trees = Files.list(directory.releases())) {
      for (Path tree : trees.toList()) {
        String digits = tree.getFileName().toString().split("-", 2)[0];
        if (digits.matches("[0-9]{6,9}")) {
          last = Math.max(last, Integer.parseInt(digits));
        }
      }
    }
    return last + 1;
  }

  /** The active release and the newest one. */
  private List<Path> earlier(AgentHistory history) {
    Set<String> names = new LinkedHashSet<>();
    history.activeRelease().ifPresent(r -> names.add(r.name()));
    history.releases().values().stream()
        .reduce((older, newer) -> newer)
        .ifPresent(r -> names.add(r.name()));
    return names.stream().map(directory::release).toList();
  }

  private static void createParents(Path top, Path file, Set<Path> directories) throws IOException {
    Path parent = file.getParent();
    if (parent != null && parent.startsWith(top) && directories.add(parent)) {
      createParents(top, parent, directories);
      if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(parent);
      }
    }
  }

  /** Returns when it was written. */
  private FileTime place(TreeFile file, Path to, List<EarlierRelease> earlier, Counts counts)
      throws IOException {
    if (file.kind() == TreeFile.Kind.LINK) {
      try (InputStream in = source.open(file.objectId())) {
        byte[] target = in.readNBytes(LINK_TARGET_MAX_BYTES);
        AtomicFiles.link(to, LocaleNames.path(new String(target, StandardCharsets.UTF_8)));
      }
      counts.written++;
      return writtenAt(to);
    }
    for (EarlierRelease candidate : earlier) {
      FileTime time = candidate.link(file, to);
      if (time != null) {
        counts.linked++;
        return time;
      }
    }
    copy(file, to);
    counts.written++;
    counts.bytes += file.size();
    return writtenAt(to);
  }

  private static FileTime writtenAt(Path file) throws IOException {
    return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
  }

  private void copy(TreeFile file, Path to) throws IOException {
    long copied = 0;
    try (InputStream in = source.open(file.objectId());
        FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int n; (n = in.read(buffer.array())) >= 0; copied += n) {
        buffer.position(0).limit(n);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      Files.setPosixFilePermissions(
          to,
          file.kind() == TreeFile.Kind.EXECUTABLE ? ReleaseFiles.PROGRAM : ReleaseFiles.READ_ONLY);
      out.force(true);
    }
    if (copied != file.size()) {
      throw new IOException(
          "%s has %d bytes, %d expected: the mirror is damaged"
              .formatted(file.objectId(), copied, file.size()));
    }
  }

  /** In a directory that nobody sees yet, and that is forced when all is in it. */
  private static void write(Path file, String content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      Files.setPosixFilePermissions(file, ReleaseFiles.READ_ONLY);
      out.force(true);
    }
  }

  private static void seal(Path top, NavigableSet<Path> directories) throws IOException {
    for (Path path : directories.descendingSet()) {
      if (!path.equals(top)) {
        Files.setPosixFilePermissions(path, ReleaseFiles.PROGRAM);
      }
      AtomicFiles.forceDirectory(path);
    }
  }
}
