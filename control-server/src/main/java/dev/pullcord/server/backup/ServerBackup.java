package dev.pullcord.server.backup;

import dev.pullcord.base.text.Sha256;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.repository.RepositoryBundle;
import dev.pullcord.server.githost.repository.RepositoryProbe;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.host.WholeFile;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.sqlite.StoreCopy;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a backup of a server that may be running.
 *
 * <p>Order: first the store, as it is at one moment, then the branches and all their commits. So
 * every commit that the store names is in it; a branch may be newer than the store knows, which a
 * server finds at its start. Nothing of the server is locked or changed.
 */
public final class ServerBackup {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path state;
  private final String version;
  private final Instant now;
  private final Map<String, String> sums = new TreeMap<>();

  /**
   * @param state the state directory
   * @param version of this program
   * @param now by the server's clock
   */
  public ServerBackup(Path state, String version, Instant now) {
    this.state = state;
    this.version = version;
    this.now = now;
  }

  /**
   * Writes it to a file, which is there only when all of it is on disk; what was there before stays
   * until then.
   */
  public BackupContent toFile(Path file) throws IOException {
    requireOutside(file);
    try (WholeFile whole = WholeFile.begin(file)) {
      Path copy = file.toAbsolutePath().resolveSibling(file.getFileName() + ".part.db");
      BackupContent content = write(copy, whole.stream());
      whole.complete();
      return content;
    }
  }

  /** A disk that is lost takes such a backup with it, and the next backup would hold it. */
  private void requireOutside(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null
        && Files.isDirectory(folder)
        && Files.isDirectory(state)
        && folder.toRealPath().startsWith(state.toRealPath())) {
      throw new IllegalArgumentException(
          "BACKUP_INSIDE  "
              + file
              + " is in the server's state directory, which is what is backed up; name a file"
              + " elsewhere, best on another disk");
    }
  }

  /** Writes it to a stream, which stays open. */
  public BackupContent toStream(OutputStream out) throws IOException {
    Path directory = Files.createTempDirectory("pullcord-backup-");
    try {
      return write(directory.resolve("store.db"), out);
    } finally {
      Files.delete(directory);
    }
  }

  private BackupContent write(Path copy, OutputStream out) throws IOException {
    Files.deleteIfExists(copy); // of one that was killed
    StateFiles.copy(InputStream.nullInputStream(), copy); // so that nobody else can read it
    try {
      StoreFile.copy(state, copy);
      requireWholeDisk();
      return zip(copy, out);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /** Where the database has the repository, this disk may be behind, and the copy would be, too. */
  private void requireWholeDisk() throws IOException {
    List<CommitId> kept = StoreFile.kept(state);
    if (!kept.isEmpty()) {
      List<String> missing = RepositoryProbe.look(state.resolve("repositories"), kept).problems();
      if (!missing.isEmpty()) {
        throw new IOException(
            "BACKUP_BEHIND  the repository on this disk lacks what the database has ("
                + missing.getFirst()
                + "); take the backup where the server runs");
      }
    }
  }

  private BackupContent zip(Path copy, OutputStream out) throws IOException {
    StoreCopy.Content store = StoreCopy.content(copy);
    ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
    zip.setLevel(Deflater.BEST_SPEED);
    part(zip, BackupLayout.STORE, to -> Files.copy(copy, to));
    Map<String, String> refs = new TreeMap<>();
    Path repository = BackupLayout.repository(state);
    part(
        zip,
        BackupLayout.REPOSITORY,
        to -> refs.putAll(RepositoryBundle.write(repository, store.objects(), to)));
    for (Path file : BackupLayout.files(state)) {
      file(zip, file);
    }
    BackupContent content =
        new BackupContent(
            BackupContent.FORMAT,
            version,
            now,
            store.schema(),
            store.revision(),
            store.incarnation(),
            store.nodes(),
            refs,
            fingerprints());
    part(zip, BackupLayout.CONTENT, to -> to.write(utf8(PullcordJson.write(content) + "\n")));
    StringBuilder lines = new StringBuilder();
    sums.forEach((name, sum) -> lines.append(sum).append("  ").append(name).append('\n'));
    zip.putNextEntry(new ZipEntry(BackupLayout.CHECKSUMS));
    zip.write(utf8(lines.toString()));
    zip.closeEntry();
    zip.finish();
    zip.flush();
    return content;
  }

  private Map<String, String> fingerprints() throws IOException {
    Map<String, String> prints = new TreeMap<>();
    for (String port : new String[] {"agents", "people"}) {
      prints.put(port, TlsKeys.load(state.resolve("tls"), port).pin());
    }
    return prints;
  }

  /** As long as it is now: what the backup is written to would grow by what is read of it. */
  private void file(ZipOutputStream zip, Path relative) throws IOException {
    Path file = state.resolve(relative);
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      part(zip, BackupLayout.FILES + relative, to -> copy(in, size, to));
    } catch (NoSuchFileException _) {
      // The log of a branch that has just been deleted
    }
  }

  private static void copy(InputStream in, long size, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = size;
    int read = 0;
    while (left > 0 && read >= 0) {
      read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      to.write(buffer, 0, Math.max(0, read));
      left -= read;
    }
  }

  private void part(ZipOutputStream zip, String name, Content content) throws IOException {
    MessageDigest digest = Sha256.digest();
    zip.putNextEntry(new ZipEntry(name));
    DigestOutputStream to = new DigestOutputStream(new Part(zip), digest);
    content.write(to);
    to.flush();
    zip.closeEntry();
    sums.put(name, HexFormat.of().formatHex(digest.digest()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes one part. */
  private interface Content {
    void write(OutputStream to) throws IOException;
  }

  /** The zip file as one part of it sees it: its end is not the end of the file. */
  private static final class Part extends FilterOutputStream {
    Part(ZipOutputStream zip) {
      super(zip);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
