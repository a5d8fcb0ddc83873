package dev.pullcord.base.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Reads certificates from a PEM file, and trusts them in place of the system's. */
public final class Authorities {
  private Authorities() {}

  /**
   * Trusts the authorities of that file, and no other.
   *
   * @throws GeneralSecurityException if the file has no certificate, or one that cannot be read
   */
  public static X509TrustManager trust(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int count = 0;
    for (Certificate certificate : certificates(file)) {
      store.setCertificateEntry("ca-" + count++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager trust) {
        return trust;
      }
    }
    throw new IllegalStateException("every Java runtime trusts X.509");
  }

  /**
   * The certificates of that file, at least one.
   *
   * @throws GeneralSecurityException if it has none, or one that cannot be read
   */
  public static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    Collection<? extends Certificate> found;
    try {
      found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
    } catch (CertificateException e) {
      throw new GeneralSecurityException("there is no certificate (PEM) in it that can be read", e);
    }
    if (found.isEmpty()) {
      throw new GeneralSecurityException("there is no certificate (PEM) in it");
    }
    return found;
  }
}
