package dev.pullcord.agent.host;

import dev.pullcord.base.text.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes the ids by which the server tells this host and this start of the agent from others. */
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
      return Sha256.hex("pullcord " + Files.readString(ID).strip()).substring(0, DIGITS);
    } catch (IOException e) {
      return "unknown"; // many containers have none
    }
  }

  /** Another one at each call: nothing on the disk is asked, so that a copy has another one too. */
  public static String newStart() {
    byte[] random = new byte[DIGITS / 2];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
