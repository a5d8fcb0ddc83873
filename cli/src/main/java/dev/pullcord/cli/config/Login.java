package dev.pullcord.cli.config;

import org.jspecify.annotations.Nullable;

/**
 * A sign-in at one server.
 *
 * @param url of the server, as {@link dev.pullcord.client.ServerUrl} has it
 * @param token the bearer token
 * @param fingerprint of the key that was agreed to; null where the system vouches for it
 * @param certificate the file with the server's certificates as PEM; null likewise
 */
public record Login(
    String url, String token, @Nullable String fingerprint, @Nullable String certificate) {
  @Override
  public String toString() {
    return "Login[" + url + "]";
  }
}
