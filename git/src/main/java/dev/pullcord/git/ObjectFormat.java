package dev.pullcord.git;

import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.RepositoryCache.FileKey;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;

/**
 * Notices a repository with SHA-256 object ids. JGit reads SHA-1 only; of another repository it
 * stumbles over the ids without saying why, and takes an empty one for a usual one.
 */
public final class ObjectFormat {
  /** Before the first ref git lists what it can do, which takes some hundred bytes. */
  private static final int FIRST_BYTES = 4096;

  /** As a capability of protocol 2, and of protocol 0. It cannot be a part of a ref's name. */
  private static final Pattern CAPABILITY =
      Pattern.compile("(\n[0-9a-f]{4}|[\0 ])object-format=sha256[\n ]");

  private ObjectFormat() {}

  /** The repository has SHA-256 object ids. */
  public static final class Sha256Exception extends IOException {
    private static final long serialVersionUID = 1L;

    Sha256Exception() {
      super("the repository has SHA-256 object ids");
    }
  }

  /** What a remote's git says; a read of it fails if the ids are SHA-256. */
  public static InputStream checked(InputStream answer) {
    return new Checked(answer);
  }

  /** Fails if the repository in that directory, or below its {@code .git}, has SHA-256 ids. */
  public static void check(Path repository) throws IOException {
    File directory = FileKey.resolve(repository.toFile(), FS.DETECTED);
    if (directory == null) {
      return; // no repository, and others say so
    }
    FileBasedConfig config = new FileBasedConfig(new File(directory, "config"), FS.DETECTED);
    try {
      config.load();
    } catch (ConfigInvalidException e) {
      throw new IOException(e.getMessage(), e);
    }
    if ("sha256".equalsIgnoreCase(config.getString("extensions", null, "objectFormat"))) {
      throw new Sha256Exception();
    }
  }

  private static final class Checked extends FilterInputStream {
    private final StringBuilder first = new StringBuilder();

    Checked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      if (read >= 0) {
        look(new byte[] {(byte) read}, 0, 1);
      }
      return read;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int read = super.read(to, offset, length);
      look(to, offset, read);
      return read;
    }

    private void look(byte[] bytes, int offset, int length) throws Sha256Exception {
      int some = Math.min(length, FIRST_BYTES - first.length());
      if (some > 0) {
        first.append(new String(bytes, offset, some, StandardCharsets.ISO_8859_1));
        if (CAPABILITY.matcher(first).find()) {
          throw new Sha256Exception();
        }
      }
    }
  }
}
