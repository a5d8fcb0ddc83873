package dev.pullcord.agent.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What a disk did not do at the start ends the agent with 1 and a sentence, and is no bug. */
class ExitTest {
  @Command
  private static final class Nothing {}

  static Stream<Arguments> faults() {
    IOException quota = new FileSystemException("/s/journal", null, "Disk quota exceeded");
    IOException readOnly = new FileSystemException("/s/tmp", null, "Read-only file system");
    return Stream.of(
        Arguments.of(quota, "/s/journal: ", "the quota of this user is used up"),
        Arguments.of(
            new UncheckedIOException(quota), "/s/journal: ", "the quota of this user is used up"),
        Arguments.of(
            new UncheckedIOException("cannot open the journal", readOnly),
            "cannot open the journal: /s/tmp: ",
            "mount it read-write again"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aDiskIsNamedWithPathAndRemedy(Exception fault, String begins, String remedy) {
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new Nothing()).setErr(new PrintWriter(err));

    assertThat(Exit.failed(fault, line)).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("pullcord-agent: " + begins)
        .contains(remedy)
        .doesNotContain("Exception", "bug");
  }
}
