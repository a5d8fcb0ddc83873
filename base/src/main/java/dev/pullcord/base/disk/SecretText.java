package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a secret of one line from a file; no message has any of it. */
public final class SecretText {
  private static final int BYTES_MAX = 16 << 10;

  private SecretText() {}

  /**
   * The secret, without the line's end.
   *
   * @param key of the configuration that names the file, for the message
   */
  public static String read(Path file, String key) throws IOException {
    try {
      return read(file);
    } catch (IOException e) {
      throw new IOException(key + ": " + e.getMessage(), e);
    }
  }

  /** The secret, without the line's end. */
  public static String read(Path file) throws IOException {
    String secret;
    try {
      secret = Files.size(file) > BYTES_MAX ? "" : Files.readString(file).strip();
    } catch (IOException e) {
      throw new IOException(FileFault.of(e, file), e);
    }
    if (secret.isEmpty() || secret.lines().count() != 1) {
      throw new IOException(file + ": one line with a secret expected");
    }
    return secret;
  }
}
