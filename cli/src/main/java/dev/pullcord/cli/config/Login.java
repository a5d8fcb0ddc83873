package dev.pullcord.cli.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in at one server.
 *
 * @param url of the server, as {@link dev.pullcord.client.ServerUrl} has it
 * @param token the bearer token
 * @param fingerprint of the key that was agreed to; null where the system vouches for it
 * @param certificate the file with the server's certificates as PEM; null likewise
 * @param nextFingerprint of the key that the server will have; null, and left out, where it has
 *     spoken of none
 */
public record Login(
    String url,
    String token,
    @Nullable String fingerprint,
    @Nullable String certificate,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextFingerprint) {
  /** One at a server that has spoken of no other key. */
  public Login(
      String url, String token, @Nullable String fingerprint, @Nullable String certificate) {
    this(url, token, fingerprint, certificate, null);
  }

  @Override
  public String toString() {
    return "Login[" + url + "]";
  }
}
