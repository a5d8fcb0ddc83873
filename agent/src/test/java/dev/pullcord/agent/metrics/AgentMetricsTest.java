package dev.pullcord.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.WorkerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's metrics, as a monitoring reads them. */
class AgentMetricsTest {
  private static final CommitId COMMIT = new CommitId("a".repeat(40));

  @TempDir private Path temp;
  private final FakeClock clock = new FakeClock();
  private NodeState state = NodeState.CONVERGED;

  private NodeStatus status() {
    Instant now = clock.now();
    GenerationStatus generation =
        new GenerationStatus(7, 4711, now, COMMIT, GenerationPhase.CONSUMING, now, null, null);
    return new NodeStatus(
        new NodeName("sea-01"),
        state,
        "a reason with \"quotes\"",
        now.minus(Duration.ofSeconds(90)),
        null,
        "main",
        COMMIT,
        null,
        null,
        Map.of(),
        Map.of("grep", new WorkerStatus("x", "pid 4711", List.of(generation))),
        null,
        new NodeStatus.ServerContact(
            "https://10.0.0.1:8421", true, now.minus(Duration.ofMillis(1500)), null),
        3,
        null,
        Map.of(),
        0,
        null);
  }

  @Test
  void saysInWhichStateTheNodeIsAndSinceWhen() {
    assertThat(MetricsText.of(status(), new ProcessNumbers(1.25, 4096, 9, 12), clock.now()))
        .contains("pullcord_node_state{state=\"converged\"} 1\n")
        .contains("pullcord_node_state{state=\"failed\"} 0\n")
        .contains("pullcord_node_state_seconds 90\n")
        .contains("pullcord_server_connected 1\n")
        .contains("pullcord_server_contact_seconds 1.500\n")
        .contains("pullcord_spooled_reports 3\n")
        .contains("pullcord_worker_generations{phase=\"consuming\",worker=\"grep\"} 1\n")
        .contains("process_cpu_seconds_total 1.250\n")
        .contains("process_open_fds 9\n")
        .doesNotContain("quotes");
  }

  /** The rules of the text format, version 0.0.4, as far as we use it. */
  @Test
  void isWellFormed() {
    String text = MetricsText.of(status(), ProcessNumbers.ofThisProcess(), clock.now());
    TreeSet<String> announced = new TreeSet<>();
    for (String line : text.split("\n")) {
      if (line.startsWith("# TYPE ")) {
        assertThat(announced.add(line.split(" ")[2])).as("announced once: %s", line).isTrue();
      } else if (!line.startsWith("# HELP ")) {
        assertThat(line)
            .matches("[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? [0-9]+(\\.[0-9]{3})?");
        assertThat(announced).contains(line.split("[{ ]")[0]);
      }
    }
    assertThat(text).endsWith("\n");
  }

  @Test
  void isAnsweredOnItsPortAndNothingElseIs() throws Exception {
    try (AgentMetrics metrics = new AgentMetrics(this::status, clock, null);
        HttpClient client = HttpClient.newHttpClient()) {
      int port = metrics.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI there = URI.create("http://127.0.0.1:" + port + "/metrics");

      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(there).build(), HttpResponse.BodyHandlers.ofString());
      HttpResponse<String> other =
          client.send(
              HttpRequest.newBuilder(there.resolve("/")).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      assertThat(answer.body()).contains("pullcord_node_state{state=\"converged\"} 1");
      assertThat(other.statusCode()).isEqualTo(404);
      assertThatThrownBy(() ->
              new AgentMetrics(this::status, clock, null)
                  .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("metrics.listen");
    }
  }

  @Test
  void oneWhoConnectsAndSaysNothingKeepsNobodyFromAnAnswer() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (AgentMetrics metrics = new AgentMetrics(this::status, clock, null);
        HttpClient client = HttpClient.newHttpClient()) {
      int port = metrics.listen(new InetSocketAddress(here, 0));
      try (Socket silent = new Socket(here, port)) {
        silent.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));

        URI there = URI.create("http://127.0.0.1:" + port + "/metrics");
        HttpRequest request = HttpRequest.newBuilder(there).timeout(Duration.ofSeconds(60)).build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void theFileIsReplacedWholeAndEverybodyMayReadIt() throws IOException {
    Path file = temp.resolve("pullcord.prom");
    try (AgentMetrics metrics = new AgentMetrics(this::status, clock, file)) {
      metrics.write();
      state = NodeState.FAILED;
      metrics.write();
      assertThat(Files.readString(file)).contains("{state=\"converged\"} 1");
      clock.manual().advance(Duration.ofSeconds(15));
      metrics.write();
    }

    assertThat(Files.readString(file)).contains("pullcord_node_state{state=\"failed\"} 1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r--r--");
    try (var all = Files.list(temp)) {
      assertThat(all).containsExactly(file);
    }
  }

  @Test
  void aLinkInThePlaceOfTheNewFileLeadsNowhere() throws IOException {
    Path secret = Files.writeString(temp.resolve("key.pem"), "the key");
    Path file = temp.resolve("pullcord.prom");
    Files.createSymbolicLink(temp.resolve(".pullcord.prom.new"), secret);
    try (AgentMetrics metrics = new AgentMetrics(this::status, clock, file)) {
      metrics.write();
    }

    assertThat(secret).hasContent("the key");
    assertThat(file).isRegularFile();
  }

  @Test
  void aFileThatCannotBeWrittenIsNoTroubleForTheAgent() throws IOException {
    Path file = temp.resolve("gone/pullcord.prom");
    try (AgentMetrics metrics = new AgentMetrics(this::status, clock, file)) {
      metrics.write();
      Files.createDirectory(temp.resolve("gone"));
      clock.manual().advance(Duration.ofSeconds(15));
      metrics.write();
    }

    assertThat(file).exists();
  }
}
