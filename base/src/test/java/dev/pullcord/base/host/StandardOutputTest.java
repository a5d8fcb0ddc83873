package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardOutputTest {
  /** A command that shows a token. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      StandardOutput out = new StandardOutput();
      out.lines().println("a token");
      PrintWriter err = new PrintWriter(System.err, false, StandardCharsets.UTF_8);
      System.exit(out.ended(Integer.parseInt(args[0]), err));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0 > /dev/full, 1, cannot write to standard output: No space left on device",
    "4 > /dev/full, 4, cannot write to standard output: No space left on device",
    "0 | true, 0, ''",
    "0 | cat, 0, a token"
  })
  void whatCouldNotBeShownIsNoSuccess(String line, int exitCode, String said) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String program = "\"$0\" -XX:TieredStopAtLevel=1 -cp \"$1\" '" + Program.class.getName() + "' ";
    Process shell =
        new ProcessBuilder(
                "bash",
                "-c",
                program + line + "\nexit ${PIPESTATUS[0]}",
                java,
                System.getProperty("java.class.path"))
            .redirectErrorStream(true)
            .start();

    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(Map.entry(shell.waitFor(), printed.strip())).isEqualTo(Map.entry(exitCode, said));
  }
}
