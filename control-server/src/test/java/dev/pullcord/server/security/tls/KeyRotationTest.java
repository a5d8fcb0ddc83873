package dev.pullcord.server.security.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.KeySuccession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;
  private String first;
  private KeyRotation rotation;

  @BeforeEach
  void make() throws IOException {
    first = TlsKeys.create(directory, "agents", List.of("a.example", "10.0.0.7"), NOW).pin();
    rotation = new KeyRotation(directory, "agents");
  }

  private CertifiedKey load() throws IOException {
    return TlsKeys.load(directory, "agents");
  }

  private static String names(X509Certificate of) throws CertificateParsingException {
    return String.valueOf(of.getSubjectAlternativeNames());
  }

  private static boolean leads(String pin, CertifiedKey shown) {
    List<X509Certificate> chain = new ArrayList<>(List.of(shown.certificate()));
    chain.addAll(shown.beside());
    return KeySuccession.leads(pin, chain);
  }

  @Test
  void thePresentKeyVouchesForTheNextOneThatIsMadeOnce()
      throws IOException, CertificateParsingException {
    String next = rotation.announce(NOW, List.of());
    assertThat(rotation.announce(NOW.plusSeconds(9), List.of()))
        .isEqualTo(next)
        .isNotEqualTo(first);
    assertThat(rotation.next()).contains(next);
    assertThat(load().pin()).isEqualTo(first);
    assertThat(load().beside()).hasSize(2);
    assertThat(names(load().beside().getLast())).isEqualTo(names(load().certificate()));
  }

  @Test
  void aNameIsAddedToTheNextCertificateBehindThoseOfThePresentOne()
      throws IOException, CertificateParsingException {
    rotation.announce(NOW, List.of("new.example", "fd00::7"));
    rotation.announce(NOW, List.of("NEW.example", "fd00::7", "a.example"));
    rotation.switchOver();
    assertThat(names(load().certificate()))
        .isEqualTo("[[2, a.example], [7, 10.0.0.7], [2, new.example], [7, fd00:0:0:0:0:0:0:7]]");
  }

  @Test
  void aNameThatTheNextCertificateWasMadeWithoutIsRefusedAndNotPassedOver() throws IOException {
    String next = rotation.announce(NOW, List.of("b.example"));
    assertThatThrownBy(() -> rotation.announce(NOW, List.of("b.example", "c.example")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("NEXT_KEY_MADE", "without c.example;", "tls rotate --forget");
    assertThat(rotation.next()).contains(next);
  }

  @Test
  void theNextKeyIsShownWithWhatLeadsToItFromEachKeyBefore() throws IOException {
    List<String> pins = new ArrayList<>(List.of(first));
    for (int i = 0; i < 3; i++) {
      pins.add(rotation.announce(NOW, List.of()));
      assertThat(rotation.switchOver()).isEqualTo(pins.getLast());
      assertThat(load().pin()).isEqualTo(pins.getLast());
    }
    assertThat(rotation.next()).isEmpty();
    assertThat(pins).allMatch(pin -> leadsNow(pin));
    assertThat(leadsNow("ab".repeat(32))).isFalse();
  }

  private boolean leadsNow(String pin) {
    try {
      return leads(pin, load());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerNotesOnceSinceWhenItShowsWhatIsBesideItsKey() throws IOException {
    rotation.noteShown(NOW);
    assertThat(rotation.shownSince()).isEmpty();
    rotation.announce(NOW, List.of());
    assertThat(rotation.shownSince()).isEmpty();
    rotation.noteShown(NOW.plusSeconds(5));
    rotation.noteShown(NOW.plusSeconds(9));
    assertThat(rotation.shownSince()).contains(NOW.plusSeconds(5));
    rotation.switchOver();
    assertThat(rotation.shownSince()).isEmpty();
  }

  @Test
  void aSwitchThatWasCutOffBetweenTheKeyAndItsCertificateIsFinished() throws IOException {
    String next = rotation.announce(NOW, List.of());
    rotation.noteShown(NOW);
    Path key = directory.resolve("agents.next.key");
    Files.move(key, directory.resolve("agents.key"), StandardCopyOption.REPLACE_EXISTING);

    assertThat(load().pin()).isEqualTo(next);
    assertThat(rotation.next()).isEmpty();
  }

  @Test
  void aKeyWithoutItsCertificateIsMadeAnew() throws IOException {
    Files.writeString(directory.resolve("agents.next.key"), "cut off");
    String next = rotation.announce(NOW, List.of());
    rotation.switchOver();
    assertThat(load().pin()).isEqualTo(next);
  }

  @Test
  void whatIsForgottenLeadsNobodyAnyMore() throws IOException {
    rotation.announce(NOW, List.of());
    rotation.switchOver();
    rotation.announce(NOW, List.of());
    rotation.forget();
    assertThat(rotation.next()).isEmpty();
    assertThat(load().beside()).isEmpty();
    assertThat(leadsNow(first)).isFalse();
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("agents.key", "agents.crt");
    }
  }

  @Test
  void aNextKeyThatIsDamagedSaysHowToGiveItUp() throws IOException {
    rotation.announce(NOW, List.of());
    Files.writeString(directory.resolve("agents.next.crt"), "garbage");
    assertThatThrownBy(() -> rotation.announce(NOW, List.of()))
        .hasMessageContainingAll("agents.next.crt", "tls rotate --forget");
    assertThat(load().pin()).isEqualTo(first);
  }
}
