package dev.pullcord.server.standby;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.KeySuccession;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.security.tls.PeerVouchers;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the servers of one database vouch for each other's keys, over the database: whoever trusts
 * one server then trusts the others. Each signs for the keys that it finds there, and keeps what
 * the others have signed for its own; it shows that from when it next opens its ports.
 */
public final class KeyVouchers {
  private static final Logger LOG = LoggerFactory.getLogger(KeyVouchers.class);
  private static final List<String> PORTS = List.of("agents", "people");

  private final Path tls;
  private final PostgresAddress database;
  private volatile Set<String> servers = Set.of();

  /** Nothing was exchanged yet. */
  public KeyVouchers(Path tls, PostgresAddress database) {
    this.tls = tls;
    this.database = database;
  }

  /** Gives and takes; what cannot be done now is tried again the next time. */
  public void exchange() {
    try {
      PostgresKeys.Kept there =
          PostgresKeys.exchange(database, new PostgresKeys.Kept(mine(), List.of()));
      List<PostgresKeys.Voucher> more = missing(there);
      if (!more.isEmpty()) {
        there = PostgresKeys.exchange(database, new PostgresKeys.Kept(List.of(), more));
      }
      for (String port : PORTS) {
        new PeerVouchers(tls, port).keep(forMe(there, port));
      }
      servers = certificates(there, "agents").keySet();
    } catch (StoreException e) {
      LOG.debug("the keys of the servers are not exchanged now", e);
    } catch (IOException | GeneralSecurityException e) {
      LOG.warn("the keys of the servers are not exchanged now: {}", e.getMessage());
    }
  }

  /** Whether a key is that of a server's agents' port, as far as the last exchange has told. */
  public boolean isServer(String pin) {
    return servers.contains(pin);
  }

  private List<PostgresKeys.Key> mine() throws IOException {
    List<PostgresKeys.Key> mine = new ArrayList<>();
    for (String port : PORTS) {
      CertifiedKey key = TlsKeys.load(tls, port);
      mine.add(new PostgresKeys.Key(port, key.pin(), Pem.of(key.certificate())));
    }
    return mine;
  }

  /** What this server has not signed yet. */
  private List<PostgresKeys.Voucher> missing(PostgresKeys.Kept there)
      throws IOException, GeneralSecurityException {
    List<PostgresKeys.Voucher> missing = new ArrayList<>();
    for (String port : PORTS) {
      CertifiedKey key = TlsKeys.load(tls, port);
      for (PostgresKeys.Key other : there.keys()) {
        boolean signed =
            there.vouchers().stream()
                .anyMatch(v ->
                    v.port().equals(port)
                        && v.signer().equals(key.pin())
                        && v.subject().equals(other.pin()));
        if (other.port().equals(port) && !other.pin().equals(key.pin()) && !signed) {
          X509Certificate shown = Pem.certificate(other.certificate());
          X509Certificate voucher =
              KeySuccession.voucher(key, shown.getPublicKey(), ServerClock.now());
          missing.add(new PostgresKeys.Voucher(port, key.pin(), other.pin(), Pem.of(voucher)));
          LOG.info("vouches for the key {} of another server's {} port", other.pin(), port);
        }
      }
    }
    return missing;
  }

  /**
   * A voucher counts only beside the certificate of the key that signed it. Those of keys that are
   * used come first: not all are shown.
   */
  private List<X509Certificate> forMe(PostgresKeys.Kept there, String port)
      throws IOException, GeneralSecurityException {
    String pin = TlsKeys.load(tls, port).pin();
    List<X509Certificate> mine = new ArrayList<>();
    for (PostgresKeys.Key signer : there.keys()) {
      for (PostgresKeys.Voucher voucher : there.vouchers()) {
        if (signer.port().equals(port)
            && voucher.port().equals(port)
            && voucher.subject().equals(pin)
            && voucher.signer().equals(signer.pin())) {
          mine.add(Pem.certificate(voucher.certificate()));
          mine.add(Pem.certificate(signer.certificate()));
        }
      }
    }
    return mine;
  }

  private static Map<String, String> certificates(PostgresKeys.Kept there, String port) {
    return there.keys().stream()
        .filter(k -> k.port().equals(port))
        .collect(Collectors.toMap(PostgresKeys.Key::pin, PostgresKeys.Key::certificate));
  }
}
