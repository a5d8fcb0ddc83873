package dev.pullcord.server.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.desired.SteeringStory.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Odd combinations of what steers nodes: 40 stories, 5,000 with {@code -Dpullcord.full=true}. One
 * alone: {@code -Dpullcord.seed=42}.
 */
class SteeringStoriesTest {
  private static final long FIRST = Long.getLong("pullcord.seed", 0);
  private static final long SEEDS =
      Long.getLong("pullcord.seed") != null
          ? Long.getLong("pullcord.seeds", 1)
          : Boolean.getBoolean("pullcord.full") ? 5_000 : 40;

  private static final Pattern VARIES = Pattern.compile("[0-9]+|node [a-e]");
  private static final int KIND_LENGTH = 16;

  @TempDir Path directory;
  private int stories;

  @Test
  void whateverSteersANodeItIsExplainedAndGetsThereInTheEnd() {
    List<String> failures =
        LongStream.range(FIRST, FIRST + SEEDS)
            .mapToObj(this::failure)
            .filter(failure -> !failure.isEmpty())
            .limit(1)
            .toList();
    assertThat(failures).as(() -> String.join("\n\n", failures)).isEmpty();
  }

  private String failure(long seed) {
    List<Step> steps = SteeringStory.steps(seed);
    Played played = played(steps);
    if (played.broken().isEmpty()) {
      return "";
    }
    Played shortest = played(shortened(steps, kind(played)));
    return "seed %d, %d steps:\n%s\n%s"
        .formatted(seed, shortest.steps(), shortest.told(), String.join("\n", shortest.broken()));
  }

  private record Played(int steps, String told, List<String> broken) {}

  private Played played(List<Step> steps) {
    try {
      Path its = Files.createDirectory(directory.resolve("story-" + stories++));
      try (SteeringStory story = new SteeringStory(its, SteeringBug.NONE)) {
        List<String> broken = story.play(steps);
        return new Played(steps.size(), story.told(), broken);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first words of what is wrong, without names and numbers. */
  private static String kind(Played played) {
    String first = VARIES.matcher(played.broken().getFirst()).replaceAll("");
    return first.substring(0, Math.min(KIND_LENGTH, first.length()));
  }

  private List<Step> shortened(List<Step> steps, String kind) {
    List<Step> shortest = new ArrayList<>(steps);
    for (int i = shortest.size() - 1; i >= 0; i--) {
      List<Step> without = new ArrayList<>(shortest);
      without.remove(i);
      Played played = played(without);
      if (!played.broken().isEmpty() && kind(played).equals(kind)) {
        shortest = without;
      }
    }
    return shortest;
  }
}
