package dev.pullcord.git.remote;

import dev.pullcord.base.tls.Authorities;
import dev.pullcord.base.tls.ClientCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;

/** Reads whom to trust, and with which certificate to sign in, from PEM files. */
final class RemoteTls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private final String section;

  /**
   * Files of that section.
   *
   * @param section of the configuration, for messages
   */
  RemoteTls(String section) {
    this.section = section;
  }

  /** Trusts these authorities, and no other. */
  TrustManager[] trust(Path authorities) throws IOException {
    try {
      return new TrustManager[] {Authorities.trust(authorities)};
    } catch (GeneralSecurityException e) {
      throw unreadable("ca-file", authorities, e);
    }
  }

  /** Shows this certificate. */
  ClientCertificate keys(Path certificate, Path key) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      Certificate[] chain = Authorities.certificates(certificate).toArray(new Certificate[0]);
      store.setKeyEntry("client", key(key), new char[0], chain);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      return ClientCertificate.of(factory.getKeyManagers());
    } catch (GeneralSecurityException e) {
      throw unreadable("credentials.certificate-file", certificate, e);
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(Files.readString(file));
    if (!pem.find()) {
      throw new GeneralSecurityException(
          file + " has no BEGIN PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt makes that form");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
    List<String> tried = new ArrayList<>();
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (GeneralSecurityException _) {
        tried.add(algorithm);
      }
    }
    throw new GeneralSecurityException(file + " is a key of none of " + tried);
  }

  private RemoteFault unreadable(String key, Path file, GeneralSecurityException e) {
    return new RemoteFault(
        RemoteFault.Kind.REFUSED,
        "UPSTREAM_FILE  " + section + "." + key + ": " + file + " is no use: " + e.getMessage(),
        e);
  }
}
