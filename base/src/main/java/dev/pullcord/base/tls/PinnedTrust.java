package dev.pullcord.base.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the server that has one key, the key that this one vouches for ({@link KeySuccession}),
 * and no other. With a wrong key the handshake ends before this side sent its certificate or a byte
 * of a request.
 */
public final class PinnedTrust extends KeyTrust {
  private ServerPins pins;
  private volatile Consumer<Learned> listener = learned -> {};

  /** Trusts the key with this {@link KeyPin}. */
  public PinnedTrust(String pin) {
    this(new ServerPins(pin, null));
  }

  /** Trusts these. */
  public PinnedTrust(ServerPins pins) {
    this.pins = pins;
  }

  /**
   * Which keys of one server are trusted.
   *
   * @param pin the key that it has
   * @param next the key that it will have; null where it has said nothing of one
   */
  public record ServerPins(String pin, @Nullable String next) {
    private Set<String> both() {
      Set<String> both = new LinkedHashSet<>(Set.of(pin));
      if (next != null) {
        both.add(next);
      }
      return both;
    }
  }

  /**
   * What a handshake has changed.
   *
   * @param before what was trusted
   * @param now what is trusted from now on
   * @param certificates of the keys that are trusted now, for programs that want certificates
   */
  public record Learned(ServerPins before, ServerPins now, List<X509Certificate> certificates) {
    /** Copies. */
    public Learned {
      certificates = List.copyOf(certificates);
    }
  }

  /** Who keeps what is learned; called within the handshake. */
  public void onLearned(Consumer<Learned> keeper) {
    listener = keeper;
  }

  /** What is trusted now. */
  public synchronized ServerPins pins() {
    return pins;
  }

  @Override
  protected void server(X509Certificate[] chain) throws CertificateException {
    String got = KeyPin.of(chain[0]);
    ServerPins before;
    ServerPins now;
    synchronized (this) {
      before = pins;
      if (!KeySuccession.trusted(before.both(), chain).contains(got)) {
        throw new WrongKeyException(before.pin(), got);
      }
      // What the server says now counts: it may have given up the key that it spoke of.
      String next =
          KeySuccession.trusted(Set.of(got), chain).stream()
              .reduce((_, last) -> last)
              .filter(last -> !last.equals(got))
              .orElse(null);
      now = new ServerPins(got, next);
      pins = now;
    }
    if (!now.equals(before)) {
      Set<String> trusted = now.both();
      List<X509Certificate> certificates =
          Arrays.stream(chain)
              .filter(c -> trusted.contains(KeyPin.of(c)) && !KeySuccession.isVoucher(c))
              .toList();
      listener.accept(new Learned(before, now, certificates));
    }
  }
}
