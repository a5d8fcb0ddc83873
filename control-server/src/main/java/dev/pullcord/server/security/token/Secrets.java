package dev.pullcord.server.security.token;

import dev.pullcord.base.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Making secrets, and comparing them without telling how much of them was right. */
public final class Secrets {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The hash of no secret: what an unknown id is compared with, so that it takes as long. */
  public static final String NO_HASH = "0".repeat(64);

  private Secrets() {}

  /** So many random bytes, in hex. */
  public static String hex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** A random number above 0. */
  public static long id() {
    return RANDOM.nextLong(1, Long.MAX_VALUE);
  }

  /** What is stored of a secret. The secrets are random and long, so that a plain hash will do. */
  public static String hash(String secret) {
    return Sha256.hex(secret);
  }

  /** Whether the secret has that hash, in constant time. */
  public static boolean matches(String secret, String hash) {
    return MessageDigest.isEqual(
        hash(secret).getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }
}
