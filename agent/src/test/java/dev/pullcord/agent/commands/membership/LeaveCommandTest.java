package dev.pullcord.agent.commands.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.commands.Exit;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.kind.scripted.ScriptRunner;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code leave} makes of a worker that only the agent can end. */
class LeaveCommandTest {
  @TempDir private Path state;
  private final StringWriter said = new StringWriter();

  @BeforeEach
  void aWorkerOfKindCommandHasNotEnded() throws IOException {
    Generation generation =
        Generation.intended(
            1,
            "index",
            new Generation.Origin("000001-aaaaaaaaaaaa", new CommitId("a".repeat(40)), "x"),
            "boot",
            Instant.EPOCH,
            false,
            ScriptRunner.NAME);
    try (StateDirectory directory = StateDirectory.open(state)) {
      new GenerationFiles(directory, 1).create(generation);
      try (Journal journal = Journal.open(directory, JournalProbe.NONE)) {
        journal.append(new GenerationEntry.StartIntent(generation));
        journal.append(new GenerationEntry.Started(1, null, Instant.EPOCH));
      }
    }
    Files.writeString(
        state.resolve("node.json"),
        """
        {"node": "edge-1", "serverUrl": "https://localhost:1", "serverPin": "%s",
         "repository": "fleet", "ref": "main"}
        """
            .formatted("ab".repeat(32)));
  }

  private int leave(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--state", state.toString(), "--yes"));
    arguments.addAll(List.of(more));
    CommandLine command =
        new CommandLine(new LeaveCommand())
            .setExecutionExceptionHandler((e, failed, parsed) -> Exit.failed(e, failed));
    command.setOut(new PrintWriter(said));
    command.setErr(new PrintWriter(said));
    return command.execute(arguments.toArray(String[]::new));
  }

  @Test
  void saysInWhichOrderItIsEndedByHand() {
    assertThat(leave()).isEqualTo(1);

    assertThat(said.toString())
        .contains("worker index is of kind command")
        .contains("stop the agent, end the worker, then pullcord-agent leave --ended index");
    assertThat(state.resolve("node.json")).exists();
  }

  @Test
  void whoseAgentRunsIsNotTakenForEnded() throws IOException {
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(state.resolve("control.sock")));
      Thread.ofVirtual().start(() -> hangUp(agent));

      assertThat(leave("--ended", "index")).isEqualTo(1);
    }

    assertThat(said.toString()).contains("the agent runs, and starts worker index again");
    assertThat(state.resolve("node.json")).exists();
  }

  private static void hangUp(ServerSocketChannel agent) {
    try {
      agent.accept().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isTakenForEndedWhereNoAgentRuns() {
    assertThat(leave("--ended", "index")).as(said.toString()).isZero();

    assertThat(state.resolve("node.json")).doesNotExist();
  }
}
