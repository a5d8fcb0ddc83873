package dev.pullcord.agent.http;

import dev.pullcord.protocol.id.NodeKeyId;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The key pair that is this node's identity, with the certificate that TLS wants around it. The
 * private half never leaves the node and is never shown.
 */
public final class NodeKey {
  private final PrivateKey privateKey;
  private final X509Certificate certificate;

  private NodeKey(PrivateKey privateKey, X509Certificate certificate) {
    this.privateKey = privateKey;
    this.certificate = certificate;
  }

  /** A new one, P-256. */
  public static NodeKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      return new NodeKey(keys.getPrivate(), SelfSigned.certificate(keys));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  /** Reads both PEM texts; a {@link GeneralSecurityException} says which one is bad. */
  public static NodeKey parse(String keyPem, String certificatePem)
      throws GeneralSecurityException {
    byte[] encoded = unwrap("PRIVATE KEY", keyPem);
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    X509Certificate certificate = SelfSigned.parse(unwrap("CERTIFICATE", certificatePem));
    if (!belongTogether(key, certificate)) {
      throw new GeneralSecurityException("the certificate is not for this key");
    }
    return new NodeKey(key, certificate);
  }

  /** The private key, PKCS#8. A secret. */
  public String keyPem() {
    return wrap("PRIVATE KEY", privateKey.getEncoded());
  }

  /** The certificate; not secret. */
  public String certificatePem() {
    try {
      return wrap("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  /** How the server knows this node. */
  public NodeKeyId id() {
    return new NodeKeyId(pinOf(certificate.getPublicKey()));
  }

  PrivateKey privateKey() {
    return privateKey;
  }

  X509Certificate certificate() {
    return certificate;
  }

  static String pinOf(PublicKey key) {
    try {
      return HexFormat.of()
          .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    byte[] probe = {1, 2, 3};
    java.security.Signature signature = java.security.Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(probe);
    return signature.verify(signed);
  }

  private static String wrap(String kind, byte[] encoded) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }

  private static byte[] unwrap(String kind, String pem) throws GeneralSecurityException {
    String begin = "-----BEGIN " + kind + "-----";
    int from = pem.indexOf(begin);
    int to = pem.indexOf("-----END " + kind + "-----");
    if (from < 0 || to < from) {
      throw new GeneralSecurityException("no " + begin + " in it");
    }
    try {
      return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to).strip());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not base64 after " + begin, e);
    }
  }

  @Override
  public String toString() {
    return "NodeKey[" + id() + "]";
  }
}
