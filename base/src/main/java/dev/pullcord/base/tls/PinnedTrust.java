package dev.pullcord.base.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the server that has one key, the keys that this one vouches for ({@link KeySuccession}),
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
   * @param next the last one of the keys that it vouches for: the key that it will have, or that of
   *     another server of its store; null where it vouches for none
   * @param others all others that it vouches for
   */
  public record ServerPins(String pin, @Nullable String next, Set<String> others) {
    /** Copies. */
    public ServerPins {
      others = Collections.unmodifiableSet(new TreeSet<>(others));
    }

    /** Those of a server that vouches for one key at most. */
    public ServerPins(String pin, @Nullable String next) {
      this(pin, next, Set.of());
    }

    private static ServerPins of(String pin, Set<String> vouchedFor) {
      List<String> rest = vouchedFor.stream().filter(p -> !p.equals(pin)).toList();
      return rest.isEmpty()
          ? new ServerPins(pin, null)
          : new ServerPins(pin, rest.getLast(), Set.copyOf(rest.subList(0, rest.size() - 1)));
    }

    /** What a record has anyway is made by the Java machine at run time: 2 % of a short call. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ServerPins that
          && that.pin.equals(pin)
          && Objects.equals(that.next, next)
          && that.others.equals(others);
    }

    @Override
    public int hashCode() {
      return Objects.hash(pin, next, others);
    }

    /** Each key that is trusted. */
    public Set<String> all() {
      Set<String> all = new LinkedHashSet<>(Set.of(pin));
      all.addAll(others);
      if (next != null) {
        all.add(next);
      }
      return all;
    }

    /** The same, where the keys that another server vouches for are trusted as well. */
    public ServerPins and(ServerPins other) {
      Set<String> more = new TreeSet<>(others);
      more.addAll(other.all());
      return new ServerPins(pin, next, more);
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
      if (!KeySuccession.trusted(before.all(), chain).contains(got)) {
        throw new WrongKeyException(before.pin(), got);
      }
      // What the server says now counts: it may have given up the key that it spoke of.
      now = ServerPins.of(got, KeySuccession.trusted(Set.of(got), chain));
      pins = now;
    }
    if (!now.equals(before)) {
      Set<String> trusted = now.all();
      List<X509Certificate> certificates =
          Arrays.stream(chain)
              .filter(c -> trusted.contains(KeyPin.of(c)) && !KeySuccession.isVoucher(c))
              .toList();
      listener.accept(new Learned(before, now, certificates));
    }
  }
}
