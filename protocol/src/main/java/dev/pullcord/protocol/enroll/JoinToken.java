package dev.pullcord.protocol.enroll;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * A join token: {@code pcj1_} and base64url of the server's key pin (32 bytes), an id (8), a secret
 * (32) and a CRC-32 of the three (4). The pin travels with the secret so that an agent can refuse a
 * wrong server before it sends anything; the checksum tells a mistyped token from a refused one.
 *
 * @param serverPin SHA-256 of the server's public key on the agents' port, 64 hex digits
 * @param id 16 hex digits, not secret
 * @param secret 64 hex digits
 */
public record JoinToken(String serverPin, String id, String secret) {
  private static final String PREFIX = "pcj1_";
  private static final int LENGTH = 32 + 8 + 32;

  /** Reads a token; an {@link IllegalArgumentException} says what is wrong and never shows it. */
  public static JoinToken parse(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith(PREFIX)) {
      throw new IllegalArgumentException("not a join token: one begins with " + PREFIX);
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(trimmed.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the join token is damaged: not base64url", e);
    }
    if (bytes.length != LENGTH + 4) {
      throw new IllegalArgumentException("the join token is damaged: it is not complete");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.getInt(LENGTH) != crc(bytes)) {
      throw new IllegalArgumentException("the join token is damaged: its checksum does not match");
    }
    HexFormat hex = HexFormat.of();
    return new JoinToken(
        hex.formatHex(bytes, 0, 32), hex.formatHex(bytes, 32, 40), hex.formatHex(bytes, 40, 72));
  }

  /** The token as people pass it on. */
  public String text() {
    HexFormat hex = HexFormat.of();
    ByteBuffer buffer =
        ByteBuffer.allocate(LENGTH + 4)
            .put(hex.parseHex(serverPin))
            .put(hex.parseHex(id))
            .put(hex.parseHex(secret));
    buffer.putInt(crc(buffer.array()));
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, LENGTH);
    return (int) crc.getValue();
  }

  @Override
  public String toString() {
    return "JoinToken[" + id + "]";
  }
}
