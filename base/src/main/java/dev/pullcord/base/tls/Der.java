package dev.pullcord.base.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the few values of ASN.1 that a certificate has, in DER. */
final class Der {
  static final int BOOLEAN = 1;
  static final int INTEGER = 2;
  static final int BIT_STRING = 3;
  static final int OCTET_STRING = 4;
  static final int OBJECT = 6;
  static final int UTF8 = 0x0c;
  static final int UTC_TIME = 0x17;
  static final int TIME = 0x18;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private Der() {}

  /** A value made of bytes. */
  static byte[] of(int tag, int... content) {
    byte[] bytes = new byte[content.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return of(tag, bytes);
  }

  /** A value made of a text. */
  static byte[] of(int tag, String text) {
    return of(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A value made of the bytes of others. */
  static byte[] of(int tag, byte[]... parts) {
    byte[] content = join(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    // DER wants the shortest form; a certificate of ours is no longer than 64 KiB.
    if (content.length > 0xff) {
      out.write(0x82);
      out.write(content.length >> 8);
    } else if (content.length > 0x7f) {
      out.write(0x81);
    }
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
