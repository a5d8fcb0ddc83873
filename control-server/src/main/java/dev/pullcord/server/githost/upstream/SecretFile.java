package dev.pullcord.server.githost.upstream;

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
   * @param key of {@code upstream}, for the message
   */
  public static String read(Path file, String key) throws UpstreamFault {
    try {
      String secret = Files.size(file) > BYTES_MAX ? "" : Files.readString(file).strip();
      if (!secret.isEmpty()) {
        return secret;
      }
    } catch (IOException e) {
      throw new UpstreamFault(
          UpstreamFault.Kind.REFUSED, "UPSTREAM_FILE  upstream." + key + ": " + FileFault.of(e), e);
    }
    throw UpstreamFault.refused(
        "UPSTREAM_FILE  upstream." + key + ": " + file + ": one line with a secret expected");
  }
}
