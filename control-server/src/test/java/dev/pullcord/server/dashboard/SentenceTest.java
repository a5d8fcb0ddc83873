package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceTest {
  private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          runs 3f2a91c, runs 3f2a91c
          draining pid 12 since 2026-05-04T09:56:00Z, draining pid 12 for 4m
          its agent was stopped at 2026-05-04T08:59:59.5Z; so, its agent was stopped 1h ago; so
          held until 2026-05-04T12:00:00Z by ann, held for 2h more by ann
          frozen until 2026-05-04 12:00 UTC by ann: x, frozen for 2h more by ann: x
          frozen until 2026-05-04 09:59 UTC by ann: x, frozen until now by ann: x
          opens 2026-05-04 12:00 UTC, opens 2026-05-04 12:00 UTC
          until 2026-99-04 12:00 UTC, until 2026-99-04 12:00 UTC
          2026-05-04T09:59:00Z and then, 1m ago and then
          no time: 2026-99-04T09:59:00Z, no time: 2026-99-04T09:59:00Z
          '', ''
          """)
  void timesAreSaidAsPeopleSayThem(String written, String read) {
    assertThat(
            Sentence.of(written).parts().stream()
                .map(p -> p.words(NOW))
                .collect(Collectors.joining()))
        .isEqualTo(read);
  }
}
