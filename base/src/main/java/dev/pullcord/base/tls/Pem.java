package dev.pullcord.base.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Writes and reads keys and certificates as PEM. */
public final class Pem {
  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String END_LINE = "-----END ";
  private static final int LINE = 64;

  private Pem() {}

  /** Writes a private key, PKCS#8. The text is a secret. */
  public static String of(PrivateKey key) {
    return wrap(KEY, key.getEncoded());
  }

  /** Writes a certificate. */
  public static String of(X509Certificate certificate) {
    try {
      return wrap(CERTIFICATE, certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  /** Reads a private key of an elliptic curve; the failure says what is wrong with the text. */
  public static PrivateKey key(String pem) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(unwrap(KEY, pem)));
  }

  /** Reads the first certificate of a text; the failure says what is wrong with it. */
  public static X509Certificate certificate(String pem) throws GeneralSecurityException {
    return certificate(unwrap(CERTIFICATE, pem));
  }

  /** Reads all certificates of a text, none of an empty one. */
  public static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
    List<X509Certificate> read = new ArrayList<>();
    for (int at = 0; pem.indexOf(begin(CERTIFICATE), at) >= 0; at = pem.indexOf(END_LINE, at) + 1) {
      at = pem.indexOf(begin(CERTIFICATE), at);
      read.add(certificate(pem.substring(at)));
    }
    return List.copyOf(read);
  }

  static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private static String wrap(String kind, byte[] encoded) {
    Base64.Encoder encoder = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
    return begin(kind) + "\n" + encoder.encodeToString(encoded) + "\n" + end(kind) + "\n";
  }

  private static byte[] unwrap(String kind, String pem) throws GeneralSecurityException {
    String begin = begin(kind);
    int from = pem.indexOf(begin);
    int to = pem.indexOf(end(kind));
    if (from < 0 || to < from) {
      throw new GeneralSecurityException("no " + begin + " in it");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to).strip());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not base64 after " + begin, e);
    }
  }

  private static String begin(String kind) {
    return "-----BEGIN " + kind + "-----";
  }

  private static String end(String kind) {
    return "-----END " + kind + "-----";
  }
}
