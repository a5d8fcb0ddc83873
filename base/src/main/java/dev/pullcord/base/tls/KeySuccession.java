package dev.pullcord.base.tls;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a key of a server hands over to the next: it signs a certificate for it, a <i>voucher</i>,
 * which the server shows in each handshake beside its own certificate. Whoever trusts a key also
 * trusts the key that it vouches for, and may do so over several steps.
 */
public final class KeySuccession {
  private static final String NAME = "Pullcord next key";
  private static final String ISSUER = "Pullcord server";
  private static final Duration VALID = Duration.ofDays(365L * 20);

  /** So many certificates of a handshake are looked at; a server shows fewer. */
  private static final int SHOWN_MAX = 20;

  private KeySuccession() {}

  /** The voucher of one key for another. */
  public static X509Certificate voucher(CertifiedKey from, PublicKey next, Instant now) {
    SelfSigned form = new SelfSigned(NAME, List.of(), now, now.plus(VALID));
    try {
      return form.signed(from.privateKey(), ISSUER, next);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime signs with P-256", e);
    }
  }

  /** Whether this is a voucher, whoever signed it. */
  public static boolean isVoucher(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName().equals("CN=" + NAME);
  }

  /** Whether the key with that pin is the first of a chain, or vouches for it. */
  public static boolean leads(String pin, List<X509Certificate> chain) {
    return trusted(Set.of(pin), chain.toArray(X509Certificate[]::new))
        .contains(KeyPin.of(chain.getFirst()));
  }

  /**
   * Those pins, and those of the keys that are vouched for by them, in the order of the steps. A
   * voucher counts only beside a certificate of the key that signed it.
   */
  static Set<String> trusted(Set<String> pins, X509Certificate[] shown) {
    List<X509Certificate> all = Arrays.stream(shown).limit(SHOWN_MAX).toList();
    List<X509Certificate> vouchers = all.stream().filter(KeySuccession::isVoucher).toList();
    Set<String> trusted = new LinkedHashSet<>(pins);
    boolean grown = !vouchers.isEmpty();
    while (grown) {
      List<PublicKey> signers =
          all.stream()
              .filter(c -> trusted.contains(KeyPin.of(c)))
              .map(X509Certificate::getPublicKey)
              .distinct()
              .toList();
      Stream<String> more =
          vouchers.stream()
              .filter(v -> signers.stream().anyMatch(s -> isSignedBy(v, s)))
              .map(KeyPin::of);
      grown = trusted.addAll(more.toList());
    }
    return trusted;
  }

  private static boolean isSignedBy(X509Certificate voucher, PublicKey signer) {
    try {
      voucher.verify(signer);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
