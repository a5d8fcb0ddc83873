package dev.pullcord.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The repository that the server mirrors: {@code upstream} of {@code server.yaml}. Secrets are only
 * ever in files; they are read when they are used, so that a new one needs no restart.
 *
 * @param url {@code https://HOST/PATH} or {@code file:///PATH}, without credentials
 * @param refs which of its refs are mirrored
 * @param poll from one look to the next, on average
 * @param login with what the server signs in; null where anybody may read
 * @param caFile the authorities to trust in place of the system's; null for the system's
 */
public record UpstreamConfig(
    URI url, Refs refs, Duration poll, @Nullable Login login, @Nullable Path caFile) {
  /**
   * Which refs are mirrored, by pattern: a star stands for any text.
   *
   * @param branches none for the branch that the upstream's HEAD names
   * @param tags none for no tags
   */
  public record Refs(List<String> branches, List<String> tags) {
    /** Copies. */
    public Refs {
      branches = List.copyOf(branches);
      tags = List.copyOf(tags);
    }
  }

  /**
   * Credentials.
   *
   * @param username goes with the password
   * @param passwordFile has a password or token; null when a certificate is enough
   * @param certificateFile a client certificate, PEM; null for none
   * @param keyFile the key of that certificate, PEM
   */
  public record Login(
      String username,
      @Nullable Path passwordFile,
      @Nullable Path certificateFile,
      @Nullable Path keyFile) {}
}
