package dev.pullcord.agent.worker.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFilesTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "exited 3, 3",
    "killed TERM, 143",
    "dumped SEGV, 139",
    "dumped ILL, 132",
    "dumped FPE, 136",
    "killed PIPE, 141",
    "dumped SYS, 159",
    "dumped TRAP, 133",
    "killed ALRM, 142",
    "killed XCPU, 152",
    "killed USR1, 138",
    "killed RTMIN+3, 165",
    "killed RTMIN, 162",
    "killed 32, 160",
    "killed WHATEVER,"
  })
  void aWorkerThatAnySignalHasEndedIsSaidToHaveEndedOfIt(String noted, Integer code)
      throws IOException {
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"))) {
      Path home = Files.createDirectories(directory.generation(1));
      Files.writeString(home.resolve("ended"), "boot " + noted + "\n");

      assertThat(new StartFiles(directory, 1).exitCode()).isEqualTo(Optional.ofNullable(code));
    }
  }
}
