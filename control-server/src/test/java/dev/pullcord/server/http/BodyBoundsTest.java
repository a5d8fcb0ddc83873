package dev.pullcord.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.security.Port;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyBoundsTest {
  /** More than a server holds, each with the longest name that there is, and what parts them. */
  private static final int LARGEST_FLEET = 10_000 * 64;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/actions/foresee",
        "/ui/actions/run",
        "/ui/pins",
        "/ui/pins/foresee",
        "/ui/retry"
      })
  void aFormThatNamesEveryNodeOfTheLargestFleetIsTaken(String path) {
    assertThat(BodyBounds.of(Port.PEOPLE, path).bytes()).isGreaterThan(LARGEST_FLEET);
  }
}
