package dev.pullcord.base.tls;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes a certificate that its own P-256 key signs. Pullcord judges only the key; the rest is for
 * other programs, such as a browser or git.
 *
 * @param name the common name
 * @param hosts host names and addresses of the server; none for a client
 * @param from since when it counts
 * @param until when it stops counting
 */
public record SelfSigned(String name, List<String> hosts, Instant from, Instant until) {
  private static final Instant ALWAYS = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");
  // X.509 wants the short form of a date until here.
  private static final Instant LONG_DATES = Instant.parse("2050-01-01T00:00:00Z");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  // ecdsa-with-SHA256, 1.2.840.10045.4.3.2
  private static final byte[] ALGORITHM =
      Der.of(Der.SEQUENCE, Der.of(Der.OBJECT, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  private static final byte[] TRUE = Der.of(Der.BOOLEAN, 0xff);

  /** Copies. */
  public SelfSigned {
    hosts = List.copyOf(hosts);
  }

  /** For a client: its dates mean nothing, so that a host with a wrong clock can make one. */
  public static SelfSigned client(String name) {
    return new SelfSigned(name, List.of(), ALWAYS, NEVER);
  }

  X509Certificate certificate(KeyPair keys) throws GeneralSecurityException {
    return signed(keys.getPrivate(), name, keys.getPublic());
  }

  /** The same form for another key, signed by the key of the one who has this name. */
  X509Certificate signed(PrivateKey signer, String issuer, PublicKey subject)
      throws GeneralSecurityException {
    byte[] content =
        Der.of(
            Der.SEQUENCE,
            Der.of(0xa0, Der.of(Der.INTEGER, 2)), // version 3
            Der.of(Der.INTEGER, serial()),
            ALGORITHM,
            named(issuer),
            Der.of(Der.SEQUENCE, date(from), date(until)),
            named(name),
            subject.getEncoded(),
            hosts.isEmpty() ? new byte[0] : Der.of(0xa3, serverExtensions()));
    Signature signing = Signature.getInstance("SHA256withECDSA");
    signing.initSign(signer);
    signing.update(content);
    byte[] signature = Der.of(Der.BIT_STRING, new byte[] {0}, signing.sign());
    return Pem.certificate(Der.of(Der.SEQUENCE, content, ALGORITHM, signature));
  }

  private static byte[] serial() {
    // Browsers refuse two certificates with one name and one number.
    return new BigInteger(120, new SecureRandom()).setBit(120).toByteArray();
  }

  private static byte[] named(String who) {
    byte[] commonName =
        Der.of(Der.SEQUENCE, Der.of(Der.OBJECT, 0x55, 0x04, 0x03), Der.of(Der.UTF8, who));
    return Der.of(Der.SEQUENCE, Der.of(Der.SET, commonName));
  }

  private static byte[] date(Instant at) {
    boolean shortForm = at.isBefore(LONG_DATES);
    String form = shortForm ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'";
    String text = DateTimeFormatter.ofPattern(form).withZone(ZoneOffset.UTC).format(at);
    return Der.of(shortForm ? Der.UTC_TIME : Der.TIME, text);
  }

  private byte[] serverExtensions() {
    byte[][] names = hosts.stream().distinct().map(SelfSigned::host).toArray(byte[][]::new);
    byte[] serverAuth = Der.of(Der.OBJECT, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01);
    return Der.of(
        Der.SEQUENCE,
        extension(0x11, new byte[0], Der.of(Der.SEQUENCE, names)),
        // Programs that are given this certificate as their only authority need it to be one.
        extension(0x13, TRUE, Der.of(Der.SEQUENCE, TRUE)),
        extension(0x25, new byte[0], Der.of(Der.SEQUENCE, serverAuth)));
  }

  private static byte[] extension(int number, byte[] critical, byte[] value) {
    return Der.of(
        Der.SEQUENCE,
        Der.of(Der.OBJECT, 0x55, 0x1d, number),
        critical,
        Der.of(Der.OCTET_STRING, value));
  }

  private static byte[] host(String host) {
    return ADDRESS.matcher(host).matches()
        ? Der.of(0x87, InetAddress.ofLiteral(host).getAddress())
        : Der.of(0x82, host);
  }
}
