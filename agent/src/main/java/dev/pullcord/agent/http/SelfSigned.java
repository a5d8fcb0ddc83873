package dev.pullcord.agent.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * A certificate around a P-256 key, signed by itself: TLS wants one, we judge only the key in it.
 *
 * <p>Its name and its dates mean nothing, so they are the same for all, and a node whose clock is
 * wrong can make one.
 */
final class SelfSigned {
  private static final int SEQUENCE = 0x30;
  // ecdsa-with-SHA256, 1.2.840.10045.4.3.2
  private static final byte[] ALGORITHM =
      der(SEQUENCE, der(6, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));

  private SelfSigned() {}

  static X509Certificate certificate(KeyPair keys) throws GeneralSecurityException {
    byte[] commonName = der(6, 0x55, 0x04, 0x03);
    byte[] name =
        der(SEQUENCE, der(0x31, der(SEQUENCE, commonName, der(0x0c, ascii("pullcord node")))));
    byte[] validity =
        der(SEQUENCE, der(0x18, ascii("20200101000000Z")), der(0x18, ascii("99991231235959Z")));
    byte[] content =
        der(
            SEQUENCE,
            der(0xa0, der(2, 2)),
            der(2, 1),
            ALGORITHM,
            name,
            validity,
            name,
            keys.getPublic().getEncoded());
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(keys.getPrivate());
    signer.update(content);
    byte[] bits = join(new byte[] {0}, signer.sign());
    byte[] whole = der(SEQUENCE, content, ALGORITHM, der(3, bits));
    return parse(whole);
  }

  static X509Certificate parse(byte[] encoded) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] der(int tag, int... content) {
    byte[] bytes = new byte[content.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return der(tag, bytes);
  }

  private static byte[] der(int tag, byte[]... parts) {
    byte[] content = join(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    // DER wants the shortest form; nothing here is longer than 64 KiB.
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

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
