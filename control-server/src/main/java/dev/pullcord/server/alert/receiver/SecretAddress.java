package dev.pullcord.server.alert.receiver;

import dev.pullcord.base.disk.SecretText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a receiver is. The address of a chat's webhook is a secret, so it may be in a file.
 *
 * @param url the address; null where the file has it
 * @param file has the address; null where it is in {@code server.yaml}
 * @param caFile the authorities to trust in place of the system's; null for the system's
 */
record SecretAddress(@Nullable URI url, @Nullable Path file, @Nullable Path caFile) {
  /** For people. */
  String shown() {
    return url == null ? "the address in " + file : url.getHost();
  }

  /** The address, as it is now. */
  URI read() throws IOException {
    if (url != null) {
      return url;
    }
    Path from = Objects.requireNonNull(file);
    try {
      return ReceiverKeys.checked(SecretText.read(from, "url-file"));
    } catch (IllegalArgumentException e) {
      throw new IOException("url-file: " + from + ": " + e.getMessage(), e);
    }
  }
}
