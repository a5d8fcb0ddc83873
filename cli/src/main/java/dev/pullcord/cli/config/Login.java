package dev.pullcord.cli.config;

import org.jspecify.annotations.Nullable;

/**
 * What {@code pullcord login} keeps in {@code config.json}.
 *
 * @param url of the server
 * @param token the bearer token; never shown
 * @param fingerprint of the server's key; null where the system vouches for it, and for plain HTTP
 * @param certificate path of the server's certificates as PEM; null likewise
 */
public record Login(
    String url, String token, @Nullable String fingerprint, @Nullable String certificate) {
  @Override
  public String toString() {
    return "Login[" + url + "]";
  }
}
