package dev.pullcord.agent.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.fake.FakeCommands;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.process.ProcessId;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalsTest {
  private static final ProcessId PROCESS = new ProcessId(1234, 5678);

  @TempDir Path temp;
  private final FakeCommands others = new FakeCommands();

  @Test
  void aProcessIsSentNothingWhoseClaimCannotBeWritten() {
    Path claim = temp.resolve("no/such/directory/term");

    assertThatThrownBy(() -> Signals.terminateOnce(others, PROCESS, claim))
        .isInstanceOf(IOException.class);

    assertThat(others.run).isEmpty();
  }

  @Test
  void aProcessThatWasAskedToEndIsNotAskedAgain() throws IOException {
    Signals.terminateOnce(others, PROCESS, temp.resolve("term"));
    Signals.terminateOnce(others, PROCESS, temp.resolve("term"));

    assertThat(others.run).hasSize(1);
    assertThat(others.run.getFirst().run()).endsWith("TERM", "1234", "5678");
  }

  @Test
  void oneThatMayNotBeSignalledOrWhoseRunnerIsAwayIsAskedAgain() throws IOException {
    others.first.add(FakeCommands.exited(76, ""));
    others.first.add(FakeCommands.cutShort(CommandResult.End.NOT_STARTED, "no runner"));
    for (int refused = 0; refused < 2; refused++) {
      assertThatThrownBy(() -> Signals.terminateOnce(others, PROCESS, temp.resolve("term")))
          .hasMessageContaining("may not be sent to [pid 1234]");
    }

    Signals.terminateOnce(others, PROCESS, temp.resolve("term"));

    assertThat(others.run).hasSize(3);
  }

  @Test
  void whereNobodyKnowsWhetherItWasSentItIsNotSentAgain() throws IOException {
    others.first.add(CommandResult.unknown("the runner has gone", 1));
    assertThatThrownBy(() -> Signals.terminateOnce(others, PROCESS, temp.resolve("term")))
        .hasMessageContaining("its end is unknown");

    Signals.terminateOnce(others, PROCESS, temp.resolve("term"));

    assertThat(others.run).hasSize(1);
  }
}
