package dev.pullcord.server.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link SteeringStoriesTest} is worth something only if it notices what is broken. */
class SteeringBugsTest {
  private static final int SEEDS = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aBugIsNoticedByThePromiseThatIsAboutIt(SteeringBug bug) {
    LongStream seeds = LongStream.concat(LongStream.of(bug.seed()), LongStream.range(0, SEEDS));
    assertThat(seeds.anyMatch(seed -> isNoticed(bug, seed))).isTrue();
  }

  private boolean isNoticed(SteeringBug bug, long seed) {
    try {
      Path its = Files.createTempDirectory(directory, "story");
      try (SteeringStory story = new SteeringStory(its, bug)) {
        return story.play(SteeringStory.steps(seed)).stream()
            .anyMatch(broken -> broken.contains(bug.words()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
