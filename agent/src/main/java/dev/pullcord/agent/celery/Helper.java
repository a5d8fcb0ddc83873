package dev.pullcord.agent.celery;

import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.agent.journal.StateDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The helper module on disk, in a directory named by its content: a newer agent never changes what
 * a running worker has imported.
 */
final class Helper {
  static final String MODULE = "pullcord_celery";
  private static final String FILE = MODULE + ".py";
  private static final int NAME_DIGITS = 12;

  private final StateDirectory directory;
  private final String source = source();

  Helper(StateDirectory directory) {
    this.directory = directory;
  }

  /** The directory for PYTHONPATH, with the module in it. */
  Path directory() throws IOException {
    Path home = directory.cache().resolve("celery-" + digest(source));
    Path file = home.resolve(FILE);
    if (!Files.exists(file) || !Files.readString(file).equals(source)) {
      Files.createDirectories(home);
      AtomicFiles.write(file, source);
    }
    return home;
  }

  private static String source() {
    try (InputStream in = Helper.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not packaged with the agent");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, NAME_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
