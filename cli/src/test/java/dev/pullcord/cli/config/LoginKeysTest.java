package dev.pullcord.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.PinnedTrust.Learned;
import dev.pullcord.base.tls.PinnedTrust.ServerPins;
import dev.pullcord.base.tls.SelfSigned;
import dev.pullcord.client.ServerUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins keep the keys of a server that rotates them, and two commands never lose a login. */
class LoginKeysTest {
  private static final ServerUrl FLEET = ServerUrl.parse("https://fleet.example:8420");
  private static final ServerUrl LAB = ServerUrl.parse("https://lab.example:8420");
  private static final CertifiedKey OLD = CertifiedKey.generate(SelfSigned.client("old"));
  private static final CertifiedKey NEW = CertifiedKey.generate(SelfSigned.client("new"));
  private static final Learned ANNOUNCED =
      new Learned(
          new ServerPins(OLD.pin(), null),
          new ServerPins(OLD.pin(), NEW.pin()),
          List.of(OLD.certificate(), NEW.certificate()));
  private static final Learned SWITCHED =
      new Learned(ANNOUNCED.now(), new ServerPins(NEW.pin(), null), List.of(NEW.certificate()));

  @TempDir Path home;
  private LoginStore store;
  private LoginKeys keys;

  @BeforeEach
  void open() {
    store = new LoginStore(Map.of("HOME", home.toString()));
    keys = new LoginKeys(store);
  }

  @Test
  void bothKeysAreKeptForEachLoginThereAndTheirCertificatesForGit() throws Exception {
    String pem = store.writeCertificate(FLEET, Pem.of(OLD.certificate())).toString();
    Login ours = new Login(FLEET.url(), "a", OLD.pin(), pem);
    Login other = new Login(LAB.url(), "b", OLD.pin(), null);
    store.change(logins -> logins.with("one", ours).with("two", ours).with("lab", other));

    assertThat(keys.keep(FLEET, ANNOUNCED)).isEmpty();

    Login known = new Login(FLEET.url(), "a", OLD.pin(), pem, NEW.pin(), null);
    assertThat(store.read().contexts())
        .containsExactlyInAnyOrderEntriesOf(Map.of("one", known, "two", known, "lab", other));
    assertThat(store.read().current()).isEqualTo("lab");
    assertThat(Pem.certificates(Files.readString(Path.of(pem))))
        .containsExactly(OLD.certificate(), NEW.certificate());

    assertThat(keys.keep(FLEET, SWITCHED)).isEmpty();
    assertThat(store.read().need("one")).isEqualTo(new Login(FLEET.url(), "a", NEW.pin(), pem));
    assertThat(Pem.certificates(Files.readString(Path.of(pem)))).containsExactly(NEW.certificate());
  }

  @Test
  void whoHasTheKeyInTheEnvironmentIsToldTheNewOne() {
    assertThat(keys.keep(FLEET, ANNOUNCED)).isEmpty();
    assertThat(keys.keep(FLEET, SWITCHED))
        .contains(
            "https://fleet.example:8420 has its next key now: set PULLCORD_FINGERPRINT to "
                + NEW.pin());
    assertThat(store.file()).doesNotExist();
  }

  @Test
  void ofManyLoginsAtOnceNoneIsLost() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String name = "login-" + i;
        all.add(
            threads.submit(() ->
                store.change(
                    logins -> logins.with(name, new Login(FLEET.url(), name, null, null)))));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(store.read().contexts()).hasSize(20);
  }
}
