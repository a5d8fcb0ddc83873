package dev.pullcord.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportQueueTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theStateAfterAFullDiskAndAKillIsNotOlderThanWhatTheServerHas(@TempDir Path temp)
      throws IOException {
    Path spool = temp.resolve("spool");
    new ReportQueue(spool).session(4, NOW);
    Path numbers = spool.resolve("numbers");
    byte[] asTheDiskKeptIt = Files.readAllBytes(numbers);
    new ReportQueue(spool).session(5, NOW);
    Files.write(numbers, asTheDiskKeptIt);

    ReportQueue after = new ReportQueue(spool);
    after.add(NOW, 1, null, status(), List.of());
    after.session(6, NOW);

    List<NodeReport> sent = after.next().orElseThrow().reports();
    assertThat(sent.getLast().number().epoch()).isEqualTo(6);
    assertThat(sent.getLast().status()).isEqualTo(status());
  }

  private static NodeStatus status() {
    return new NodeStatus(
        new NodeName("sea-01"),
        NodeState.WAITING,
        "nothing was decided",
        NOW,
        null,
        "main",
        null,
        null,
        null,
        Map.of(),
        Map.of(),
        null,
        null,
        0,
        null,
        Map.of(),
        0,
        null);
  }
}
