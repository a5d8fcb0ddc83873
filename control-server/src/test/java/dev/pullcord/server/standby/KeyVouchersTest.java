package dev.pullcord.server.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.KeySuccession;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.store.postgres.MadeDatabase;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyVouchersTest {
  @TempDir Path directory;
  private PostgresAddress database;

  @BeforeEach
  void makeADatabase() throws Exception {
    database = MadeDatabase.address();
  }

  private Path tls(String name) {
    return directory.resolve(name);
  }

  private KeyVouchers server(String name) throws IOException {
    Files.createDirectories(tls(name));
    for (String port : List.of("agents", "people")) {
      TlsKeys.create(tls(name), port, List.of(name + ".example"), Instant.EPOCH);
    }
    return new KeyVouchers(tls(name), database);
  }

  /** Whether who trusts the one server trusts what the other one shows. */
  private boolean leads(String from, String to, String port) throws IOException {
    CertifiedKey shown = TlsKeys.load(tls(to), port);
    List<X509Certificate> chain = new ArrayList<>(List.of(shown.certificate()));
    chain.addAll(shown.beside());
    return KeySuccession.leads(TlsKeys.load(tls(from), port).pin(), chain);
  }

  @Test
  void whoTrustsOneServerTrustsTheOthers() throws IOException {
    List<String> names = List.of("a", "b", "c");
    for (String name : names) {
      server(name);
    }
    for (int turn = 0; turn < 2; turn++) {
      for (String name : names) {
        server(name).exchange();
      }
    }
    for (String from : names) {
      for (String to : names) {
        for (String port : List.of("agents", "people")) {
          assertThat(leads(from, to, port)).as(from + " to " + to + ", " + port).isTrue();
        }
      }
    }
  }

  @Test
  void keysOfServersThatAreGonePushNoServerOut() throws Exception {
    KeyVouchers a = server("a");
    KeyVouchers b = server("b");
    a.exchange();
    b.exchange();
    for (int gone = 0; gone < 20; gone++) {
      KeyVouchers other = server("gone-" + gone);
      other.exchange();
    }
    TestPostgres.shared()
        .sql(database.url(), "update store_keys set seen = now() - interval '2 hours'");

    a.exchange();
    b.exchange();
    a.exchange();

    assertThat(leads("a", "b", "agents")).isTrue();
    assertThat(leads("b", "a", "agents")).isTrue();
    assertThat(TlsKeys.load(tls("a"), "agents").beside()).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void strangerIsNotTrustedAndServersWithTheSameKeyHaveNothingToSign() throws IOException {
    server("a").exchange();
    server("a").exchange();
    server("stranger");

    assertThat(leads("a", "stranger", "agents")).isFalse();
    assertThat(TlsKeys.load(tls("a"), "agents").beside()).isEmpty();
  }
}
