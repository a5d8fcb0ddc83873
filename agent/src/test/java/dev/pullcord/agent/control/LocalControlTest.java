package dev.pullcord.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.control.ControlClient.Outcome;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.loop.AgentCore;
import dev.pullcord.agent.loop.Trigger;
import dev.pullcord.agent.plan.Foreseen;
import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalControlTest {
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));
  private static final CommitId COMMIT = new CommitId("11".repeat(20));

  @TempDir private Path state;
  private final FakeCore core = new FakeCore();
  private final AtomicInteger asked = new AtomicInteger();

  /** Serves a raise after it was asked about three times, changing its state on the way. */
  private static final class FakeCore implements AgentCore {
    private final List<Trigger> raised = new CopyOnWriteArrayList<>();
    private volatile int looks;
    private volatile @Nullable String reason;
    private volatile int looksNeeded = 3;

    @Override
    public long raise(Trigger trigger) {
      raised.add(trigger);
      return raised.size();
    }

    @Override
    public boolean served(long raise) {
      return ++looks >= looksNeeded;
    }

    @Override
    public NodeStatus status() {
      boolean done = raised.isEmpty() || looks >= looksNeeded;
      return new NodeStatus(
          new NodeName("edge-1"),
          done ? NodeState.CONVERGED : NodeState.APPLYING,
          reason == null ? "look " + looks : reason,
          Instant.EPOCH,
          null,
          "main",
          COMMIT,
          COMMIT,
          null,
          Map.of(),
          Map.of(),
          null,
          null,
          0,
          null,
          null,
          0,
          null);
    }

    @Override
    public Foreseen foresee(@Nullable String asked) {
      return asked == null
          ? new Foreseen.Would(Outlook.without(COMMIT, "main", Outlook.Verdict.NOTED, ""))
          : new Foreseen.Not(asked + " is not here");
    }

    @Override
    public String retry() {
      return "tried again";
    }

    @Override
    public List<StepRecord> transcript(int passes) {
      StepRecord step =
          new StepRecord(
              passes,
              0,
              COMMIT,
              StepRecord.Kind.FETCH,
              "",
              StepRecord.Outcome.OK,
              Instant.EPOCH,
              1,
              null,
              "");
      return List.of(step);
    }
  }

  private LocalControl open(Path where) throws IOException {
    return new LocalControl(where, core, asked::incrementAndGet, HostClock.system());
  }

  private static Reply answer(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Answered.class);
    return ((Outcome.Answered) outcome).reply();
  }

  private String raw(String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(state.resolve("control.sock")));
      channel.write(StandardCharsets.UTF_8.encode(line + "\n"));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void tellsWhatWouldBeDoneOrWhyThatCannotBeSaid() throws IOException {
    try (LocalControl _ = open(state)) {
      ControlClient client = new ControlClient(state);
      assertThat(answer(client.plan(null)).plan())
          .isEqualTo(Outlook.without(COMMIT, "main", Outlook.Verdict.NOTED, ""));
      assertThat(client.plan("try")).isEqualTo(new Outcome.Not(ExitCode.FAILED, "try is not here"));
    }
    assertThat(core.raised).isEmpty();
  }

  @Test
  void tellsTheStatus() throws IOException {
    try (LocalControl control = open(state)) {
      assertThat(answer(new ControlClient(state).status()).status()).isEqualTo(core.status());
      assertThat(control).isNotNull();
    }
  }

  @Test
  void syncsByAskingAndWaitingForThePass() throws IOException {
    List<String> seen = new ArrayList<>();
    try (LocalControl control = open(state)) {
      Reply reply = answer(new ControlClient(state).sync(60, s -> seen.add(s.reason())));

      assertThat(Objects.requireNonNull(reply.status()).state()).isEqualTo(NodeState.CONVERGED);
      assertThat(control).isNotNull();
    }
    assertThat(asked).hasValue(1);
    assertThat(core.raised).containsExactly(Trigger.OPERATOR);
    assertThat(seen).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void givesUpWaitingWhenTheTimeIsOver() throws IOException {
    core.looksNeeded = Integer.MAX_VALUE;
    try (LocalControl control = open(state)) {
      assertThat(new ControlClient(state).sync(1, s -> {}))
          .isInstanceOfSatisfying(
              Outcome.Not.class, n -> assertThat(n.exit()).isEqualTo(ExitCode.TIMEOUT));
      assertThat(control).isNotNull();
    }
  }

  @Test
  void retriesAndShowsTheLog() throws IOException {
    try (LocalControl control = open(state)) {
      ControlClient client = new ControlClient(state);

      assertThat(answer(client.retry(60, s -> {})).message()).isEqualTo("tried again");
      assertThat(answer(client.log(7)).steps().getFirst().pass()).isEqualTo(7);
      assertThat(control).isNotNull();
    }
  }

  @Test
  void letsOnlyTheOwnerIn() throws IOException {
    try (LocalControl control = open(state)) {
      Path socket = state.resolve("control.sock");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      assertThat(control).isNotNull();
    }
  }

  @Test
  void saysThatNobodyIsThere() throws IOException {
    assertThat(new ControlClient(state).status()).isInstanceOf(Outcome.NobodyThere.class);

    open(state).close();

    assertThat(new ControlClient(state).status()).isInstanceOf(Outcome.NobodyThere.class);
  }

  @Test
  void doesNotWaitForEverForAnAgentThatHangs() throws IOException {
    try (var hung = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hung.bind(UnixDomainSocketAddress.of(state.resolve("control.sock")));

      assertThat(new ControlClient(state, Duration.ofMillis(50)).status())
          .isInstanceOfSatisfying(
              Outcome.Not.class,
              not -> {
                assertThat(not.exit()).isEqualTo(ExitCode.TIMEOUT);
                assertThat(not.reason())
                    .contains("has not answered", "systemctl restart pullcord-agent");
              });
    }
  }

  @Test
  void replacesTheSocketOfAnAgentThatWasKilled() throws IOException {
    try (var dead = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(state.resolve("control.sock")));
    }
    assertThat(new ControlClient(state).status()).isInstanceOf(Outcome.NobodyThere.class);

    try (LocalControl control = open(state)) {
      assertThat(answer(new ControlClient(state).status()).status()).isNotNull();
      assertThat(control).isNotNull();
    }
  }

  @Test
  void goesElsewhereWhenTheStateDirectoryIsTooLongForASocket() throws IOException {
    Path deep = Files.createDirectories(state.resolve("d".repeat(60)).resolve("e".repeat(60)));
    Path elsewhere;
    try (LocalControl control = open(deep)) {
      Path socket = Path.of(Files.readString(deep.resolve("control.path")));
      elsewhere = socket.getParent();
      assertThat(socket.toString()).hasSizeLessThan(100);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
          .isEqualTo("rwx------");
      assertThat(answer(new ControlClient(deep).status()).status()).isNotNull();
      assertThat(control).isNotNull();
    }
    assertThat(elsewhere).doesNotExist();
  }

  @Test
  void readsNoLineWithoutAnEnd() throws IOException {
    try (LocalControl control = open(state)) {
      assertThat(raw("x".repeat(2000))).contains("not a request");
      assertThat(answer(new ControlClient(state).status()).status()).isNotNull();
      assertThat(control).isNotNull();
    }
  }

  private List<SocketChannel> ask(int times, String line) throws IOException {
    List<SocketChannel> asked = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(state.resolve("control.sock")));
      channel.write(StandardCharsets.UTF_8.encode(line));
      asked.add(channel);
    }
    return asked;
  }

  private static void close(List<SocketChannel> channels) throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  @Test
  void commandsWhoseCallersWentAwayTakeTheSocketFromNobody() throws IOException {
    core.looksNeeded = Integer.MAX_VALUE;
    core.reason = "it drains";
    try (LocalControl _ = open(state)) {
      List<SocketChannel> waiting = ask(8, "{\"verb\": \"SYNC\", \"count\": 3600}\n");
      ControlClient client = new ControlClient(state);
      SOON.until(
          "eight wait",
          () -> client.plan(null),
          said ->
              said.equals(
                  new Outcome.Not(
                      ExitCode.FAILED,
                      "the agent is busy: 8 commands wait for it; try again in a moment")));
      assertThat(answer(client.status()).status()).isNotNull();

      close(waiting);

      SOON.until("answered", () -> client.plan(null), Outcome.Answered.class::isInstance);
    }
  }

  @Test
  void aCommandThatWaitsLongIsToldNothingTwice() throws IOException {
    core.looksNeeded = Integer.MAX_VALUE;
    List<String> seen = new ArrayList<>();
    try (LocalControl _ = open(state)) {
      core.reason = "it drains";
      new ControlClient(state).sync(3, status -> seen.add(status.reason()));
    }
    assertThat(seen).containsExactly("it drains");
  }

  @Test
  void anAgentThatEndsWhileACommandWaitsHasFailedToAnswer() throws IOException {
    try (ServerSocketChannel ending = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      ending.bind(UnixDomainSocketAddress.of(state.resolve("control.sock")));
      LastingThreads.brief("ending-agent", () -> endAfterBlanks(ending));

      assertThat(new ControlClient(state).sync(60, status -> {}))
          .isEqualTo(new Outcome.Not(ExitCode.FAILED, "the agent ended before it had answered"));
    }
  }

  private void endAfterBlanks(ServerSocketChannel server) {
    try (SocketChannel client = server.accept()) {
      client.read(ByteBuffer.allocate(1024)); // what is not read is lost for the other end
      client.write(
          StandardCharsets.UTF_8.encode(
              PullcordJson.write(Reply.progress(core.status())) + "\n   "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The real clocks, but the time to ask is over when the test says so. */
  private static final class AskClock implements HostClock {
    private static final Duration ASKS_WITHIN = Duration.ofHours(1);

    private final HostClock real = HostClock.system();
    private final Set<Duration> waits = ConcurrentHashMap.newKeySet();
    private final AtomicInteger silent = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger();

    @Override
    public Instant now() {
      return real.now();
    }

    @Override
    public long nanos() {
      return real.nanos();
    }

    void end() {
      over.incrementAndGet();
    }

    @Override
    public boolean await(Signal signal, long seen, Duration atMost) {
      waits.add(atMost);
      if (!atMost.equals(ASKS_WITHIN)) {
        return real.await(signal, seen, atMost);
      }
      int before = over.get();
      silent.incrementAndGet();
      boolean asked = false;
      while (!asked && over.get() == before) {
        asked = real.await(signal, seen, Duration.ofMillis(20));
      }
      return asked;
    }
  }

  private static final Outcome BUSY =
      new Outcome.Not(
          ExitCode.FAILED, "the agent is busy: 64 clients wait for it; try again in a moment");

  @Test
  void clientsThatAskForNothingAreTurnedAway() throws IOException {
    AskClock clock = new AskClock();
    try (LocalControl _ =
        new LocalControl(state, core, asked::incrementAndGet, clock, AskClock.ASKS_WITHIN)) {
      List<SocketChannel> silent = ask(64, "");
      SOON.isTrue("all of them are waited for", () -> clock.silent.get() == 64);
      ControlClient client = new ControlClient(state);
      assertThat(client.status()).isEqualTo(BUSY);

      clock.end();

      for (SocketChannel one : silent) {
        assertThat(one.read(ByteBuffer.allocate(1))).as("the end").isEqualTo(-1);
      }
      SOON.until("answered", client::status, Outcome.Answered.class::isInstance);
      close(silent);
    }
  }

  @Test
  void oneThatIsTurnedAwayAndHasGoneLetsNobodyWait() throws IOException {
    AskClock clock = new AskClock();
    try (LocalControl _ =
        new LocalControl(state, core, asked::incrementAndGet, clock, AskClock.ASKS_WITHIN)) {
      List<SocketChannel> silent = ask(64, "");
      for (int i = 0; i < 20; i++) {
        close(ask(1, ""));
      }
      assertThat(new ControlClient(state).status()).isEqualTo(BUSY);
      assertThat(clock.waits).as("the pause").doesNotContain(Duration.ofSeconds(1));
      close(silent);
    }
  }

  @Test
  void refusesWhatIsNoRequest() throws IOException {
    try (LocalControl control = open(state)) {
      assertThat(raw("hello")).contains("not a request");
      assertThat(raw("{\"verb\": \"STOP\", \"count\": 1}")).contains("not a request");
      assertThat(raw("null")).contains("not a request");
      assertThat(raw("{}")).contains("not a request");
      assertThat(control).isNotNull();
    }
  }
}
