package dev.pullcord.server.security.tls;

import dev.pullcord.server.host.StateFiles;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The key and the certificate of one port. Keys are pinned by whoever connects, so the certificate
 * is self-signed, has no date that matters, and names the host only for programs that check names.
 *
 * @param privateKey never shown
 * @param certificate what the other end sees
 */
public record TlsKeys(PrivateKey privateKey, X509Certificate certificate) {
  private static final int YEARS = 20;
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  /**
   * Makes a P-256 key and its certificate and writes them, once: a pair that is there stays.
   *
   * @param directory {@code tls/} of the state directory
   * @param port {@code people} or {@code agents}
   * @param names host names and addresses for the certificate
   * @param now from when the certificate counts
   */
  public static TlsKeys create(Path directory, String port, List<String> names, Instant now)
      throws IOException {
    if (Files.exists(certificateFile(directory, port))) {
      return load(directory, port);
    }
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      X509Certificate certificate = selfSigned(pair, names, now);
      // The certificate comes last: it says that both are there.
      StateFiles.write(
          keyFile(directory, port), pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
      StateFiles.write(certificateFile(directory, port), pem(certificate));
      return new TlsKeys(pair.getPrivate(), certificate);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make a key for the " + port + " port", e);
    }
  }

  /** Reads what {@link #create} wrote. */
  public static TlsKeys load(Path directory, String port) throws IOException {
    Path keyFile = keyFile(directory, port);
    Path certificateFile = certificateFile(directory, port);
    try {
      if (!(parse(keyFile) instanceof PrivateKeyInfo keyInfo)) {
        throw new IOException(keyFile + " holds no private key in PEM");
      }
      if (!(parse(certificateFile) instanceof X509CertificateHolder holder)) {
        throw new IOException(certificateFile + " holds no certificate in PEM");
      }
      PrivateKey key = new JcaPEMKeyConverter().getPrivateKey(keyInfo);
      return new TlsKeys(key, new JcaX509CertificateConverter().getCertificate(holder));
    } catch (NoSuchFileException e) {
      throw new IOException(
          "KEY_MISSING  "
              + e.getFile()
              + " is not there; bring it back from a backup of this server: every node knows the"
              + " server by that key",
          e);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read " + keyFile + " and " + certificateFile, e);
    }
  }

  /** SHA-256 of the public key, 64 hex digits: what people compare and agents pin. */
  public String fingerprint() {
    try {
      byte[] spki = certificate.getPublicKey().getEncoded();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(spki));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** The file that a person gives to programs that check certificates. */
  public static Path certificateFile(Path directory, String port) {
    return directory.resolve(port + ".crt");
  }

  private static Path keyFile(Path directory, String port) {
    return directory.resolve(port + ".key");
  }

  private static Object parse(Path file) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
      return parser.readObject();
    }
  }

  private static String pem(Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  private static X509Certificate selfSigned(KeyPair pair, List<String> names, Instant now)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    X500Name subject = new X500Name("CN=Pullcord server");
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            subject,
            new BigInteger(120, new SecureRandom()).setBit(120),
            Date.from(now.minus(1, ChronoUnit.DAYS)),
            Date.from(now.plus(365L * YEARS, ChronoUnit.DAYS)),
            subject,
            pair.getPublic());
    GeneralName[] san =
        names.stream()
            .distinct()
            .map(n ->
                new GeneralName(
                    ADDRESS.matcher(n).matches() ? GeneralName.iPAddress : GeneralName.dNSName, n))
            .toArray(GeneralName[]::new);
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(san));
    // Programs that are given this certificate as their only authority need it to be one.
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  @Override
  public String toString() {
    return "TlsKeys[" + fingerprint() + "]";
  }
}
