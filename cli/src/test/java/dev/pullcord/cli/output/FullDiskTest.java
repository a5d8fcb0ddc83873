package dev.pullcord.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was to be shown and was not: a token is shown only once. */
@SuppressWarnings("NullAway.Init")
class FullDiskTest {
  @TempDir Path home;

  /** Takes nothing. */
  private static final class Broken extends OutputStream {
    private final String why;

    Broken(String why) {
      this.why = why;
    }

    @Override
    public void write(int b) throws IOException {
      throw new IOException(why);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device, 1, cannot write to standard output: No space left on device",
    "Input/output error, 1, cannot write to standard output: Input/output error",
    "Broken pipe, 0, ''"
  })
  void aTokenThatCouldNotBeShownIsNoSuccess(String why, int exitCode, String said)
      throws IOException {
    try (FakeServer server = new FakeServer()) {
      Machine machine = Machine.signedIn(home, server);
      machine.writeTo(new Broken(why));

      assertThat(machine.run("tokens", "create", "ci", "--role", "viewer")).isEqualTo(exitCode);

      assertThat(machine.err().strip()).isEqualTo(said);
    }
  }

  @Test
  void anErrorIsABugOfOursWithTheCodeOfOne() throws IOException {
    Machine machine = new Machine(home);
    machine.writeTo(
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new NoClassDefFoundError("dev/pullcord/Lost");
          }
        });

    assertThat(machine.run("--version")).isEqualTo(70);

    assertThat(machine.err()).startsWith("pullcord: a bug of ours: NoClassDefFoundError; details:");
    Path details = Path.of(machine.err().strip().replaceFirst(".*; details: ", ""));
    assertThat(details).content().contains("dev/pullcord/Lost");
    Files.delete(details);
  }

  @ParameterizedTest
  @CsvSource({
    "> /dev/full, 1, cannot write to standard output: No space left on device",
    "| true, 0, ''",
    "> /dev/null, 0, ''"
  })
  void theProgramItselfTellsAFullDiskFromAReaderThatLeft(String to, int exitCode, String said)
      throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String program = "\"$0\" -XX:TieredStopAtLevel=1 -cp \"$1\" dev.pullcord.cli.Main --help ";
    Process shell =
        new ProcessBuilder(
                List.of(
                    "bash",
                    "-c",
                    program + to + "\nexit ${PIPESTATUS[0]}",
                    java,
                    System.getProperty("java.class.path")))
            .redirectErrorStream(true)
            .start();

    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(Map.entry(shell.waitFor(), printed.strip())).isEqualTo(Map.entry(exitCode, said));
  }
}
