package dev.pullcord.systemtests.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo ends with the next step for the reader's own repository, and the step can be taken. */
class DemoEndTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));

  @TempDir Path repository;

  @Test
  void theLastThatIsSaidIsACommandThatWorks() throws IOException {
    ProgramCall.Result demo =
        run(ROOT.resolve("build/bin/pullcord-demo").toString(), "--once", "--nodes", "1");
    assertThat(demo.exit()).as(demo.output()).isZero();
    List<String> end = demo.lines().subList(demo.lines().size() - 4, demo.lines().size());
    assertThat(end.getFirst()).isEqualTo("Next: your own repository");
    assertThat(end.get(1)).isEqualTo("  $ build/bin/pullcord init PATH/TO/YOUR/REPOSITORY");

    Files.createDirectories(repository.resolve("patterns"));
    Files.writeString(repository.resolve("patterns/errors.txt"), "ERROR\n");
    List<String> words = new ArrayList<>(List.of(end.get(1).strip().split(" ")));
    words.removeFirst();
    words.set(0, ROOT.resolve(words.getFirst()).toString());
    words.set(2, repository.toString());
    ProgramCall.Result init = run(words.toArray(String[]::new));
    assertThat(init.exit()).as(init.output()).isZero();
    assertThat(repository.resolve("pullcord.yaml")).isRegularFile();
  }

  private ProgramCall.Result run(String... argv) {
    return ProgramCall.of(repository, Map.of(), List.of(argv)).run();
  }
}
