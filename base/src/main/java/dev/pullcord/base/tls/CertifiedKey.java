package dev.pullcord.base.tls;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;

/**
 * A private key with the certificate that TLS wants around its public half.
 *
 * @param privateKey a secret; never shown
 * @param certificate what the other end sees
 * @param beside what it sees beside that; see {@link KeySuccession}
 */
public record CertifiedKey(
    PrivateKey privateKey, X509Certificate certificate, List<X509Certificate> beside) {
  /** Copies. */
  public CertifiedKey {
    beside = List.copyOf(beside);
  }

  private CertifiedKey(PrivateKey privateKey, X509Certificate certificate) {
    this(privateKey, certificate, List.of());
  }

  /** The same, shown with these beside it. */
  public CertifiedKey with(List<X509Certificate> others) {
    return new CertifiedKey(privateKey, certificate, others);
  }

  /** Makes a key on the curve P-256, with a certificate that the key itself signs. */
  public static CertifiedKey generate(SelfSigned form) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      return new CertifiedKey(keys.getPrivate(), form.certificate(keys));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  /** Reads both PEM texts; the failure says which one is bad, or that they are not a pair. */
  public static CertifiedKey parse(String keyPem, String certificatePem)
      throws GeneralSecurityException {
    CertifiedKey read = new CertifiedKey(Pem.key(keyPem), Pem.certificate(certificatePem));
    if (!read.belongTogether()) {
      throw new GeneralSecurityException("the certificate is not for this key");
    }
    return read;
  }

  /** What people compare, and what the other end pins; see {@link KeyPin}. */
  public String pin() {
    return KeyPin.of(certificate);
  }

  private boolean belongTogether() throws GeneralSecurityException {
    byte[] probe = {1, 2, 3};
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(privateKey);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(probe);
    return signature.verify(signed);
  }

  @Override
  public String toString() {
    return "CertifiedKey[" + pin() + "]";
  }
}
