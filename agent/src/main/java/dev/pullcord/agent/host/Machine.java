package dev.pullcord.agent.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What tells this host and this start of the agent from others. */
public final class Machine {
  private static final Path ID = Path.of("/etc/machine-id");
  private static final int DIGITS = 16;

  private Machine() {}

  /**
   * A hash of the machine id, which itself must not leave the host; a copied disk has the same.
   * {@code unknown} without one.
   */
  public static String hash() {
    try {
      String id = "pullcord " + Files.readString(ID).strip();
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (IOException e) {
      return "unknown"; // many containers have none
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Another one at each call: nothing on the disk is asked, so that a copy has another one too. */
  public static String newStart() {
    byte[] random = new byte[DIGITS / 2];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
