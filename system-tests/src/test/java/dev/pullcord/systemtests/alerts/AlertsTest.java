package dev.pullcord.systemtests.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chat is told of a deployment by a real server with a real agent. */
class AlertsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path directory;

  @Test
  void aDeploymentThatConvergedIsToldToAChatAndItsAddressIsInNoLog() throws IOException {
    Queue<String> bodies = new ConcurrentLinkedQueue<>();
    HttpServer chat =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    chat.createContext(
        "/services/t0ps3cr3t",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    chat.start();
    Path url = directory.resolve("slack.url");
    Files.writeString(
        url, "http://127.0.0.1:" + chat.getAddress().getPort() + "/services/t0ps3cr3t\n");
    try (LocalFleet fleet = Fleets.made(directory.resolve("fleet"))) {
      Path config = directory.resolve("server.yaml");
      Files.writeString(
          config,
          """
          alerts:
            receivers:
              ops: {kind: slack, url-file: %s}
            rules:
              - {receivers: [ops], events: [deployment-converged, deployment-incomplete]}
          """
              .formatted(url));
      fleet.serverConfig(config);
      fleet.startServer();
      fleet.addAgents(1);
      PushResult push = fleet.push(SmallWork.good(), "First work");
      assertThat(push.converged()).as(push.output()).isTrue();
      String body = Eventually.within(LIMIT).until("a message", bodies::peek, b -> b != null);
      String text = PullcordJson.wire().readTree(body).path("text").asText();
      assertThat(text).startsWith("deployment 1 of main converged 1/1 in ");
      assertThat(text).contains("First work", fleet.url() + "/ui/deployments/1");
      fleet.stopServer();
      assertThat(Files.readString(fleet.serverLog())).doesNotContain("t0ps3cr3t");
    } finally {
      chat.stop(0);
    }
  }
}
