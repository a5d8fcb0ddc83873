package dev.pullcord.git.remote;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.tls.Authorities;
import dev.pullcord.base.tls.ClientCertificate;
import dev.pullcord.git.remote.access.RemoteFault;
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
import javax.net.ssl.X509TrustManager;

/**
 * Reads whom to trust, and with which certificate to sign in, from PEM files. What is wrong with a
 * file is a {@link RemoteFault} that names the file and its key of the configuration.
 */
public final class RemoteTls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private final String section;

  /**
   * Files of that section.
   *
   * @param section of the configuration, for messages
   */
  public RemoteTls(String section) {
    this.section = section;
  }

  /** Trusts these authorities, and no other. */
  public X509TrustManager trust(Path authorities) throws RemoteFault {
    try {
      return Authorities.trust(authorities);
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable("ca-file", authorities, e);
    }
  }

  /** Shows this certificate. */
  ClientCertificate keys(Path certificate, Path key) throws RemoteFault {
    Certificate[] chain;
    try {
      chain = Authorities.certificates(certificate).toArray(new Certificate[0]);
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable("credentials.certificate-file", certificate, e);
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("client", key(key), new char[0], chain);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      return ClientCertificate.of(factory.getKeyManagers());
    } catch (IOException | GeneralSecurityException e) {
      throw unreadable("credentials.key-file", key, e);
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(Files.readString(file));
    if (!pem.find()) {
      throw new GeneralSecurityException(
          "it has no BEGIN PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt makes that form");
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
    throw new GeneralSecurityException("it is a key of none of " + tried);
  }

  private RemoteFault unreadable(String key, Path file, Exception e) {
    String why =
        e instanceof IOException disk
            ? FileFault.of(disk, file)
            : file + " is no use: " + e.getMessage();
    return new RemoteFault(
        RemoteFault.Kind.REFUSED, "UPSTREAM_FILE  " + section + "." + key + ": " + why, e);
  }
}
