package dev.pullcord.cli.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.client.ServerUrl;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in at one server.
 *
 * @param url of the server, as {@link ServerUrl} has it
 * @param token the bearer token
 * @param fingerprint of the key that was agreed to; null where the system vouches for it
 * @param certificate the file with the server's certificates as PEM; null likewise
 * @param nextFingerprint of the key that the server will have; null, and left out, where it has
 *     spoken of none
 * @param elsewhere other servers of the same fleet; null, and left out, where there are none
 */
public record Login(
    String url,
    String token,
    @Nullable String fingerprint,
    @Nullable String certificate,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextFingerprint,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Elsewhere elsewhere) {
  /**
   * Where else the fleet is found, and by which keys.
   *
   * @param urls of the other servers' people's ports
   * @param fingerprints of the keys that the servers vouch for, beside the next one
   */
  public record Elsewhere(List<String> urls, List<String> fingerprints) {
    /** Copies. */
    public Elsewhere {
      urls = urls == null ? List.of() : List.copyOf(urls);
      fingerprints = fingerprints == null ? List.of() : List.copyOf(fingerprints);
    }
  }

  /** One at a server that has spoken of no other key. */
  public Login(
      String url, String token, @Nullable String fingerprint, @Nullable String certificate) {
    this(url, token, fingerprint, certificate, null, null);
  }

  /** The server's address; empty where what is stored is none. */
  public Optional<ServerUrl> address() {
    try {
      return Optional.of(ServerUrl.parse(url));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The other servers' addresses. */
  List<String> urls() {
    return elsewhere == null ? List.of() : elsewhere.urls();
  }

  /** The keys that servers vouch for, beside the next one. */
  List<String> fingerprints() {
    return elsewhere == null ? List.of() : elsewhere.fingerprints();
  }

  /** The same with these keys. */
  Login with(PinnedTrust.ServerPins pins) {
    return new Login(
        url, token, pins.pin(), certificate, pins.next(), of(urls(), List.copyOf(pins.others())));
  }

  /** The same with these other servers, and these keys beside the next one. */
  Login with(List<String> urls, List<String> fingerprints) {
    return new Login(url, token, fingerprint, certificate, nextFingerprint, of(urls, fingerprints));
  }

  private static @Nullable Elsewhere of(List<String> urls, List<String> fingerprints) {
    return urls.isEmpty() && fingerprints.isEmpty() ? null : new Elsewhere(urls, fingerprints);
  }

  @Override
  public String toString() {
    return "Login[" + url + "]";
  }
}
