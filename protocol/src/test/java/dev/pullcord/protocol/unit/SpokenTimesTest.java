package dev.pullcord.protocol.unit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpokenTimesTest {
  private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          runs 3f2a91c, runs 3f2a91c
          draining pid 12 since 2026-05-04T09:55:48.5Z, draining pid 12 for 4m 11s
          since 2026-05-04T10:00:01Z, for 0s
          'stopped at 2026-05-04T09:59:58Z; so', 'stopped 2s ago; so'
          it tries again at 2026-05-04T10:00:20Z, it tries again in 20s
          it tries again at 2026-05-04T10:00:20.4Z, it tries again in 20s
          pinned until 2026-05-04T12:00:00Z by ann, pinned for 2h more by ann
          pinned until 2026-05-04T09:00:00Z, pinned until now
          pid 7 started 2026-05-03T08:00:00Z, pid 7 started 2026-05-03 08:00 UTC
          no time: 2026-99-04T09:59:00Z, no time: 2026-99-04T09:59:00Z
          '', ''
          """)
  void aReaderOfNowIsToldAges(String written, String said) {
    assertThat(SpokenTimes.of(written).ages(NOW)).isEqualTo(said);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          draining pid 12 since 2026-05-04T09:55:48.5Z, draining pid 12 since 2026-05-04 09:55 UTC
          held until 2026-05-04T12:00:00Z by ann, held until 2026-05-04 12:00 UTC by ann
          pid 7 started 2026-05-03T08:00:00Z, pid 7 started 2026-05-03 08:00 UTC
          """)
  void aReaderOfLaterIsToldMoments(String written, String said) {
    assertThat(SpokenTimes.of(written).moments()).isEqualTo(said);
  }
}
