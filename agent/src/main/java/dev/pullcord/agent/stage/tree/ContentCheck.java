package dev.pullcord.agent.stage.tree;

import dev.pullcord.git.tree.TreeFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares every byte of a release with its commit, a little at a time: the hash of each file with
 * the object id that it was written from. Finds what {@link DriftCheck} cannot see.
 */
public final class ContentCheck implements Closeable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path release;
  private final ListedFiles ahead;
  private final Differences.Found found = new Differences.Found();
  private @Nullable TreeFile file;
  private MessageDigest digest = sha1();
  private long position;

  /** Of that release, from its first file. */
  public ContentCheck(Path release) throws IOException {
    this.release = release;
    this.ahead = ListedFiles.of(release);
  }

  /**
   * Reads on.
   *
   * @param bytes after how many it stops
   * @return what differs, once all was read; null before
   */
  public @Nullable Differences read(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      TreeFile current = file;
      if (current == null) {
        ListedFiles.Listed next = ahead.next();
        if (next == null) {
          return found.all();
        }
        begin(next.file());
        continue;
      }
      long read = some(current, left);
      // A file costs more than its bytes.
      left -= read + 4096;
      position += read;
      if (read == 0) {
        end(current);
      }
    }
    return null;
  }

  private void begin(TreeFile next) {
    file = next;
    position = 0;
    digest = sha1();
    digest.update(("blob " + next.size() + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  private void end(TreeFile done) {
    boolean same = HexFormat.of().formatHex(digest.digest()).equals(done.objectId());
    found.add(done.path(), same ? "" : "has another content");
    file = null;
  }

  /** How much was read; 0 at the end, and when there is nothing that can be read. */
  private long some(TreeFile current, long most) throws IOException {
    Path path = release.resolve(current.path());
    if (current.kind() == TreeFile.Kind.LINK) {
      if (position > 0 || !Files.isSymbolicLink(path)) {
        return 0;
      }
      byte[] target = Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8);
      digest.update(target);
      return target.length;
    }
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    Set<? extends java.nio.file.OpenOption> plain =
        Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, current.size() + 1));
    long read = 0;
    try (FileChannel channel = FileChannel.open(path, plain)) {
      for (int n; read < most && (n = channel.read(buffer.clear(), position + read)) > 0; ) {
        digest.update(buffer.flip());
        read += n;
      }
    }
    return read;
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-1", e);
    }
  }

  @Override
  public void close() throws IOException {
    ahead.close();
  }
}
