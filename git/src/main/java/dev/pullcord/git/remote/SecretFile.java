package dev.pullcord.git.remote;

import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a secret from a file; its content is in no message. */
public final class SecretFile {
  private static final int BYTES_MAX = 64 << 10;

  private SecretFile() {}

  /**
   * The secret, without the line's end.
   *
   * @param key of the configuration, for the message
   */
  public static String read(Path file, String key) throws RemoteFault {
    try {
      String secret = Files.size(file) > BYTES_MAX ? "" : Files.readString(file).strip();
      if (!secret.isEmpty()) {
        return secret;
      }
    } catch (IOException e) {
      throw new RemoteFault(
          RemoteFault.Kind.REFUSED, "UPSTREAM_FILE  " + key + ": " + FileFault.of(e), e);
    }
    throw RemoteFault.refused(
        "UPSTREAM_FILE  " + key + ": " + file + ": one line with a secret expected");
  }
}
