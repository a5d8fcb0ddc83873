package dev.pullcord.git.remote.access;

import dev.pullcord.base.disk.SecretText;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a secret from a file that the configuration names; its content is in no message. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * The secret, without the line's end.
   *
   * @param key of the configuration, for the message
   */
  public static String read(Path file, String key) throws RemoteFault {
    try {
      return SecretText.read(file);
    } catch (IOException e) {
      throw new RemoteFault(
          RemoteFault.Kind.REFUSED, "UPSTREAM_FILE  " + key + ": " + e.getMessage(), e);
    }
  }
}
