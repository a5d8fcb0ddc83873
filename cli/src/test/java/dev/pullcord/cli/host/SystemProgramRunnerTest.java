package dev.pullcord.cli.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemProgramRunnerTest {
  private final SystemProgramRunner programs = new SystemProgramRunner();
  private final String sh = Needs.tool("sh").toString();

  @Test
  void keepsBothStreamsAndTheExitCodeAndGivesNoInput() throws Exception {
    assertThat(programs.run(List.of(sh, "-c", "cat; echo out; echo err >&2; exit 3")))
        .isEqualTo(new ProgramRunner.Ended(3, "out\nerr\n"));
  }

  @Test
  void keepsNoMoreThanTheBeginningOfALongOutput() throws Exception {
    String flood =
        "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890; i=$((i+1)); done";
    assertThat(programs.run(List.of(sh, "-c", flood)).output()).hasSize(64 << 10);
  }

  @Test
  void aProgramThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> programs.run(List.of("/no/such/program")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/no/such/program");
  }

  @Test
  void handsTheTerminalOverAndTellsTheExitCode() throws Exception {
    assertThat(programs.hand(List.of(sh, "-c", "exit 5"))).isEqualTo(5);
  }

  @Test
  void startsItselfAgainAsJavaWhereThereIsNoLauncher() {
    assertThat(programs.self()).startsWith(System.getProperty("java.home") + "/bin/java", "-cp");
    assertThat(programs.self()).endsWith("dev.pullcord.cli.Main");
  }
}
