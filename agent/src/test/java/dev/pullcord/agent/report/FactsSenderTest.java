package dev.pullcord.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.protocol.contact.NodeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FactsSenderTest {
  private static final Duration LATER = Duration.ofMinutes(11);

  @TempDir Path directory;
  private final FakeServer server = FakeServer.start();
  private final NodeKey key = NodeKey.generate();
  private final FakeClock clock = new FakeClock();
  private final AgentHttp http = new AgentHttp(server.address(), key, clock);
  private final FactsSender sender = new FactsSender(() -> facts(this.kernel), http, clock);
  private String kernel = "6.1";

  @BeforeEach
  void join() {
    server.knows(key, "edge-1");
  }

  @AfterEach
  void close() {
    http.close();
    server.close();
  }

  private static NodeFacts facts(String kernel) {
    return new NodeFacts("Debian 12", kernel, "3.11.2", 40, 7, Instant.EPOCH);
  }

  private void ticksLater() {
    clock.manual().advance(LATER);
    sender.tick();
  }

  @Test
  void tellsOnceAfterEachConnectionAndLaterOnlyWhatChanged() {
    sender.tick();
    assertThat(server.facts()).as("before there is a connection").isEmpty();

    sender.online();
    sender.tick();
    sender.tick();
    ticksLater();
    assertThat(server.facts()).containsExactly(facts("6.1"));

    kernel = "6.2";
    sender.tick();
    assertThat(server.facts()).as("looked at every ten minutes").hasSize(1);
    ticksLater();
    sender.online();
    sender.tick();
    assertThat(server.facts()).containsExactly(facts("6.1"), facts("6.2"), facts("6.2"));
  }

  @Test
  void whatWasLostIsToldTheNextTime() {
    server.answer("/agent/v1/facts", x -> FakeServer.problem(x, 503, "BUSY"));
    sender.online();
    sender.tick();
    server.answerAsUsual("/agent/v1/facts");

    ticksLater();

    assertThat(server.facts()).hasSize(1);
  }

  @Test
  void aServerOfTheVersionBeforeIsAskedOncePerConnection() {
    server.answer("/agent/v1/facts", x -> FakeServer.problem(x, 404, "NOT_FOUND"));
    sender.online();
    sender.tick();
    ticksLater();
    ticksLater();
    assertThat(server.requests("POST /agent/v1/facts")).isEqualTo(1);

    server.answerAsUsual("/agent/v1/facts");
    sender.online();
    sender.tick();
    assertThat(server.facts()).hasSize(1);
  }

  @Test
  void theHostIsReadAndWhatIsMissingIsUnknown() throws IOException {
    Path root = directory.resolve("root");
    Files.createDirectories(root.resolve("etc"));
    HostReading reading =
        new HostReading(
            root, directory, directory, new LocalCommands(directory, clock), clock.now());

    assertThat(reading.get().system()).isEqualTo(System.getProperty("os.name"));
    Files.writeString(root.resolve("etc/os-release"), "ID=x\nPRETTY_NAME=\"Debian 12 (x)\"\n");
    NodeFacts facts = reading.get();

    assertThat(facts.system()).isEqualTo("Debian 12 (x)");
    assertThat(facts.kernel()).contains(System.getProperty("os.version"));
    assertThat(facts.diskTotalBytes()).isPositive().isGreaterThanOrEqualTo(facts.diskFreeBytes());
    assertThat(facts.startedAt()).isEqualTo(clock.now());
    assertThat(facts.python())
        .satisfiesAnyOf(
            python -> assertThat(python).isNull(),
            python -> assertThat(python).matches("[0-9]+\\.[0-9]+.*"));
  }

  @Test
  void pythonIsAskedOnceWhileItsFileIsTheSame() {
    AtomicInteger asked = new AtomicInteger();
    CommandRunner real = new LocalCommands(directory, clock);
    CommandRunner counting =
        new CommandRunner() {
          @Override
          public CommandResult run(Command command, BooleanSupplier cancelled) {
            asked.incrementAndGet();
            return real.run(command, cancelled);
          }

          @Override
          public CommandResult follow(
              Command command, BooleanSupplier cancelled, Listener listener) {
            return real.follow(command, cancelled, listener);
          }

          @Override
          public String outputSoFar(int bytesMax) {
            return real.outputSoFar(bytesMax);
          }
        };
    HostReading reading = new HostReading(directory, directory, directory, counting, clock.now());

    String first = reading.get().python();

    assertThat(reading.get().python()).isEqualTo(first);
    assertThat(asked).hasValue(first == null ? 0 : 1);
  }
}
