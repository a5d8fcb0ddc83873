package dev.pullcord.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.SelfSigned;
import dev.pullcord.server.http.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdvertisedTest {
  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");

  private static String advertised(String... names) {
    Address any = new Address("*", 0);
    ServerConfig config =
        new ServerConfig(
            Path.of("/srv"), any, any, false, null, List.of(), ServerLimits.standard());
    SelfSigned certificate =
        new SelfSigned("server", List.of(names), FROM, FROM.plus(Duration.ofDays(1)));
    return Advertised.host(config, CertifiedKey.generate(certificate));
  }

  @Test
  void aNameThatBeginsWith127IsARealName() {
    assertThat(advertised("localhost", "127.0.0.1", "::1", "127.example.org", "b.example"))
        .isEqualTo("127.example.org");
    assertThat(advertised("127.0.0.1", "::1")).isEqualTo("localhost");
  }
}
