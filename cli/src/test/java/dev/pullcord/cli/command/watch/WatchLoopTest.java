package dev.pullcord.cli.command.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.cli.fake.ClosingOutput;
import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class WatchLoopTest {
  @TempDir Path home;
  private final ClosingOutput out = new ClosingOutput();
  private FakeServer server;
  private Machine machine;

  @BeforeEach
  void twoNodes() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
    machine.writeTo(out);
    server.fleet().set("grep-1", NodeState.CONVERGED, "");
    server.fleet().set("grep-2", NodeState.APPLYING, "staging");
    server.fleet().deploy(12, FakeFleet.HEAD, null);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CompletableFuture<Integer> start(String... more) {
    String[] args = new String[2 + more.length];
    args[0] = "status";
    args[1] = "--watch";
    System.arraycopy(more, 0, args, 2, more.length);
    CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> machine.run(args));
    soon("it listens", () -> server.listeners() > 0);
    return run;
  }

  private static void soon(String what, BooleanSupplier condition) {
    Eventually.within(Duration.ofSeconds(60)).isTrue(what, condition);
  }

  private void change(NodeState state, String reason) {
    server.fleet().set("grep-2", state, reason);
    server.ring();
  }

  private void fails() {
    server
        .fleet()
        .did(
            "grep-2",
            new StepRecord(
                1,
                0,
                FakeFleet.HEAD,
                StepRecord.Kind.CHECK,
                "bin/check",
                StepRecord.Outcome.RELEASE_FAULT,
                FakeFleet.NOW,
                20,
                1,
                "first\nsecond\n\nthird\nfourth \033[31m\n"));
    change(NodeState.ROLLED_BACK, "check bin/check exited 1");
  }

  @Test
  void tellsEachChangeWhereItCannotDraw() throws Exception {
    CompletableFuture<Integer> watching = start();
    soon("it began", () -> out.text().contains("… grep-2  applying: staging"));
    fails();
    soon("it told", () -> out.text().contains("fourth"));
    change(NodeState.CONVERGED, "");
    soon("it told", () -> out.text().contains("✓ main  3f2a91c  2/2"));
    server.fleet().set("grep-1", NodeState.OFFLINE, "no contact for 3m");
    out.closeAfter("grep-1  offline");
    server.ring();
    soon("it told", out::isClosed);
    change(NodeState.APPLYING, "staging");
    assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(out.text().lines().map(l -> l.replaceFirst("^2026-01-01T12:00:00Z  ", "")))
        .startsWith(
            "… main  3f2a91c  1/2  Look for more",
            "✓ grep-1  converged  (3f2a91c)",
            "… grep-2  applying: staging  (0badcaf > 3f2a91c)",
            "✗ grep-2  rolled-back: check bin/check exited 1  (0badcaf > 3f2a91c)",
            "          second",
            "          third",
            "          fourth \\u001b[31m",
            "✓ main  3f2a91c  2/2  Look for more",
            "✓ grep-2  converged  (3f2a91c)");
    assertThat(out.text()).doesNotContain("\033");
    assertThat(machine.err()).isEmpty();
  }

  @Test
  void tellsEachChangeAsALineOfJson() throws Exception {
    CompletableFuture<Integer> watching = start("-o", "json", "-l", "role=grep");
    fails();
    soon("it told", () -> out.text().contains("fourth"));
    assertThat(machine.terminal().ctrlC()).isTrue();
    assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
    List<String> lines = out.text().lines().toList();
    JsonNode first = PullcordJson.wire().readTree(lines.getFirst());
    assertThat(first.get("change").asText()).isEqualTo("ref");
    JsonNode last = PullcordJson.wire().readTree(lines.getLast());
    assertThat(last.get("change").asText()).isEqualTo("node");
    assertThat(last.get("node").get("state").asText()).isEqualTo("rolled-back");
    assertThat(last.get("output")).hasSize(3);
  }

  @Test
  void drawsInPlaceAndGivesTheTerminalBack() throws Exception {
    machine.terminal().isWatched();
    CompletableFuture<Integer> watching = start();
    fails();
    soon("it drew", () -> out.text().contains("fourth"));
    assertThat(machine.terminal().ctrlC()).isTrue();
    assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
    String text = out.text();
    assertThat(text).startsWith("\033[?1049h\033[?25l\033[H").contains("\033[K\r\n", "\033[J");
    String after = text.substring(text.indexOf("\033[?1049l"));
    assertThat(after).contains("not converged 1/2", "grep-1", "grep-2", "second");
    assertThat(text).contains("\033[?25h\033[?1049l");
  }

  @Test
  void drawsNothingWhileNothingChanges() throws Exception {
    machine.terminal().isWatched();
    CompletableFuture<Integer> watching = start();
    soon("it drew", () -> out.text().contains("grep-2"));
    int asked = server.requests().size();
    for (int i = 0; i < 3; i++) {
      int before = server.requests().size();
      server.ring();
      soon("it looked", () -> server.requests().size() > before + 1);
    }
    assertThat(server.requests().size()).isGreaterThan(asked);
    machine.terminal().ctrlC();
    watching.get(60, TimeUnit.SECONDS);
    assertThat(out.text().split("\033\\[H", -1)).hasSize(2);
  }

  @Test
  void noColourWhereNoneIsWanted() throws Exception {
    machine.terminal().isWatched();
    machine.set("NO_COLOR", "1");
    CompletableFuture<Integer> watching = start();
    soon("it drew", () -> out.text().contains("grep-2"));
    machine.terminal().ctrlC();
    assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(out.text()).doesNotContainPattern("\033\\[[0-9;]*m");
  }

  @Test
  void saysThatItReconnectsAndIsThenRightAgain() throws Exception {
    machine.terminal().isWatched();
    CompletableFuture<Integer> watching = start();
    soon("it drew", () -> out.text().contains("grep-2"));
    server.odd("/api/v1/fleet", 502, "text/html", "bad gateway");
    server.ring();
    soon("it says so", () -> out.text().contains("reconnecting"));
    server.normal("/api/v1/fleet");
    change(NodeState.CONVERGED, "");
    soon("it is right again", () -> out.text().contains("converged 2/2"));
    machine.terminal().ctrlC();
    assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
    String last = out.text().substring(out.text().lastIndexOf("\033[?1049l"));
    assertThat(last).contains("converged 2/2").doesNotContain("reconnecting");
  }

  @Test
  void saysThatAServerHangsWhileItStillWaitsForIt() throws Exception {
    machine.terminal().isWatched();
    CompletableFuture<Integer> watching = start();
    soon("it drew", () -> out.text().contains("grep-2"));
    server.hangs("/api/v1/fleet");
    server.ring();
    soon("it says so", () -> out.text().contains("the server has not answered for"));
    assertThat(machine.terminal().ctrlC()).isTrue();
    assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void keysLeaveOutWhatIsConvergedAndEndTheWatch() throws Exception {
    machine.terminal().isWatched();
    machine.terminal().hasKeys();
    machine.type("f");
    CompletableFuture<Integer> watching = start();
    soon("it drew", () -> out.text().contains("f all nodes"));
    assertThat(out.text()).contains("grep-2").doesNotContain("grep-1");
    assertThat(machine.terminal().isRestored()).isFalse();
    machine.terminal().ctrlC();
    assertThat(watching.get(60, TimeUnit.SECONDS)).isZero();
    assertThat(machine.terminal().isRestored()).isTrue();

    machine.type("q");
    assertThat(machine.run("status", "--watch")).isZero();
    assertThat(machine.terminal().isRestored()).isTrue();
  }

  @Test
  void selectionOfNobodyIsWrongUsage() {
    assertThat(machine.run("status", "--watch", "-l", "role=none")).isEqualTo(2);
    assertThat(machine.err()).contains("no node has role=none");
    assertThat(out.text()).isEmpty();
  }
}
