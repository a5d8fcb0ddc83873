package dev.pullcord.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TourTest {
  @TempDir Path directory;

  @Test
  void theLineToTypeWorksInADirectoryWithABlankInItsName() throws IOException {
    Path home = Files.createDirectories(directory.resolve("a b'c/clone"));
    Path env = Files.writeString(home.resolveSibling("env"), "pwd\n");
    List<String> typed = List.of("sh", "-c", Tour.enter(home, env));
    assertThat(ProgramCall.of(directory, Map.of(), typed).runOrFail().lines())
        .containsExactly(home.toString());
  }
}
