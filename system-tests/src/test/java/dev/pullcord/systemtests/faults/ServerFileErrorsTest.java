package dev.pullcord.systemtests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.ServerReply;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.PrimitiveIterator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server's file system fails at the n-th call of a push, once or until it is mended: the server
 * runs on, who pushed or pinned is told the cause and not blamed, {@code /readyz} names it while it
 * lasts, what was acknowledged is there afterwards, and the fleet converges by itself. Every call
 * with {@code --full}, a sample otherwise.
 */
class ServerFileErrorsTest {
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir static Path directory;
  private static LocalFleet fleet;
  private static FaultShim shim;
  private static int pushes;

  private final Complaints wrong = new Complaints();
  private long pid;

  @BeforeAll
  static void start() throws IOException {
    fleet = Fleets.converged(directory.resolve("fleet"), 2);
    shim = FaultShim.below(fleet.serverState(), directory);
    fleet.stopServer();
    fleet.serverEnvironment(shim.environment());
    fleet.startServer();
  }

  @AfterAll
  static void end() {
    fleet.close();
  }

  @BeforeEach
  void begin() {
    pid = fleet.serverPid();
    fleet.agents().forEach(Fleets::connected);
  }

  @Test
  void takesOrRefusesAPushWholeAtAnErrorOfAnyCall() throws IOException {
    for (Errno errno : Errno.tried()) {
      PrimitiveIterator.OfInt calls = errno.calls(70).iterator();
      boolean reached = true;
      while (reached && calls.hasNext()) {
        int n = calls.nextInt();
        reached = push(errno + " once at " + n, errno, () -> shim.once(errno, n), false);
      }
    }
    wrong.assertNone();
    aRestartClearsAway();
  }

  @Test
  void saysWhyItCannotWriteAndHeals() throws IOException {
    for (Errno errno : Errno.tried()) {
      PrimitiveIterator.OfInt calls = errno.calls(90).iterator();
      boolean reached = true;
      while (reached && calls.hasNext()) {
        int n = calls.nextInt();
        reached = push(errno + " from " + n, errno, () -> shim.fromNowOn(errno, n), true);
      }
    }
    wrong.assertNone();
    aRestartClearsAway();
  }

  /** Whether a call failed. */
  private boolean push(String at, Errno errno, Runnable arm, boolean lasts) throws IOException {
    int number = ++pushes;
    int logged = Files.readAllLines(fleet.serverLog()).size();
    fleet.workTree().write(SmallWork.search("P" + number));
    String commit = fleet.workTree().commit("Push " + number);
    arm.run();
    PushResult pushed = fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
    ServerReply<PinView> pin = fleet.api().pin("node-2", "main", "pin " + number);
    boolean failed = shim.failed() > 0;
    if (lasts && failed) {
      wrong.of(at, shim, () -> notReady(errno));
    }
    String said = lasts || !hidBySqlite(errno) ? errno.code() : errno.code() + "|DISK_ERROR";
    wrong.of(at, shim, () -> explained(said, pushed, pin));
    shim.off();
    wrong.of(at, shim, () -> kept(commit, pushed, pin instanceof ServerReply.Got ? number : 0));
    assertThat(fleet.isServerAlive() && fleet.serverPid() == pid)
        .as(at + "\n" + Files.readString(fleet.serverLog()))
        .isTrue();
    wrong.blamesNobody(at, fleet.serverLog(), logged);
    return failed;
  }

  private void notReady(Errno errno) {
    Eventually.within(SOON)
        .passes(
            "/readyz names it",
            () -> {
              Problem problem = fleet.api().client().ready().refusal().orElseThrow();
              assertThat(problem.status()).isEqualTo(503);
              assertThat(problem.toString()).contains(errno.code());
            });
  }

  /**
   * Whether the call was one of SQLite's, which tells no error but a write's {@code ENOSPC}. The
   * server can ask the disk afterwards, and by then an error that came once is over.
   */
  private boolean hidBySqlite(Errno errno) {
    String calls = errno == Errno.ENOSPC ? "force" : "\\w+";
    return Pattern.compile("(?m)^" + calls + " /store\\.db.* !$").matcher(shim.trace()).find();
  }

  private static void explained(String code, PushResult pushed, ServerReply<PinView> pin) {
    if (pushed.exit() != 0) {
      assertThat(pushed.output()).containsPattern(code);
    }
    if (!(pin instanceof ServerReply.Got)) {
      Problem problem = pin.refusal().orElseThrow();
      assertThat(problem.toString()).containsPattern(code);
      assertThat(problem.status()).isIn(503, 507);
    }
    assertThat(pushed.output() + pin)
        .doesNotContain("our fault", "bug", "INTERNAL", "OBJECT_INVALID", "REF_LOCK", "Exception");
  }

  /** What was acknowledged is there; what was not is taken when it is pushed again. */
  private void kept(String commit, PushResult pushed, int pinned) throws IOException {
    Eventually.within(SOON).isTrue("it is ready again", fleet.api()::isReady);
    if (pushed.exit() != 0) {
      PushResult again = fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD");
      assertThat(again.exit()).as(again.output()).isZero();
    }
    if (pinned > 0) {
      assertThat(fleet.api().pins())
          .anySatisfy(p -> assertThat(p.reason()).isEqualTo("pin " + pinned));
    }
    fleet.api().unpin("node-2");
    for (LocalAgent each : fleet.agents()) {
      Fleets.convergedOn(fleet, each, commit);
    }
  }

  /** What could not be deleted while the disk failed is deleted by the next start. */
  private void aRestartClearsAway() throws IOException {
    fleet.stopServer();
    fleet.startServer();
    assertThat(Fleets.names(fleet.serverState().resolve("repositories/fleet.git/objects")))
        .noneMatch(name -> name.startsWith("incoming_"));
  }
}
