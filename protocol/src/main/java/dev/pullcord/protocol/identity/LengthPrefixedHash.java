package dev.pullcord.protocol.identity;

import dev.pullcord.base.text.Sha256;
import dev.pullcord.protocol.manifest.Work;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Hashes a list of parts with SHA-256, each with its length, so that no two lists are alike. */
final class LengthPrefixedHash implements Work.Parts {
  private final MessageDigest digest = Sha256.digest();

  @Override
  public LengthPrefixedHash text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    digest.update(bytes);
    return this;
  }

  @Override
  public LengthPrefixedHash list(List<String> texts) {
    number(texts.size());
    texts.forEach(this::text);
    return this;
  }

  LengthPrefixedHash number(int n) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(n).array());
    return this;
  }

  /** 64 hex digits; ends the hash. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
