package dev.pullcord.demo.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCallTest {
  @TempDir Path directory;

  @Test
  void passesEachLineOnAndKeepsBothStreams() {
    List<String> seen = new ArrayList<>();
    ProgramCall.Result result = shell("echo a; echo b >&2; exit 3").run(seen::add);
    assertThat(seen).containsExactly("a", "b");
    assertThat(result.lines()).isEqualTo(seen);
    assertThat(result.exit()).isEqualTo(3);
  }

  @Test
  void feedsStandardInput() {
    assertThat(shell("cat").withInput("secret\n").run().output()).isEqualTo("secret");
  }

  @Test
  void killsWhatDoesNotEndInTime() {
    ProgramCall slow =
        new ProgramCall(List.of("sleep", "60"), directory, Map.of(), "", Duration.ofMillis(100));
    assertThatThrownBy(slow::run).hasMessageContaining("did not end within PT0.1S");
  }

  @Test
  void aFailureSaysWhatTheProgramSaid() {
    assertThatThrownBy(() -> shell("echo no such thing; exit 1").runOrFail())
        .hasMessageContaining("exited 1")
        .hasMessageContaining("no such thing");
  }

  private ProgramCall shell(String script) {
    return ProgramCall.of(directory, Map.of(), List.of("sh", "-c", script));
  }
}
