package dev.pullcord.cli.command.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watch on a real terminal, of which a Python program has the other end. */
@SuppressWarnings("NullAway.Init")
class WatchTerminalTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Runs a program on a terminal, does something once it reads keys, and says how it ended. */
  private static final String OTHER_END =
      """
      import fcntl, os, pty, select, signal, sys, termios, time
      how, argv = sys.argv[1], sys.argv[2:]
      master, slave = pty.openpty()
      before = termios.tcgetattr(slave)
      pid = os.fork()
      if pid == 0:
          os.setsid()
          # What runs in the background of a script ignores it, and would hand that down.
          signal.signal(signal.SIGINT, signal.SIG_DFL)
          fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
          for fd in 0, 1, 2:
              os.dup2(slave, fd)
          os.execvp(argv[0], argv)
      seen, raw, ended = b"", False, None
      limit = time.monotonic() + 60
      while ended is None and time.monotonic() < limit:
          if select.select([master], [], [], 0.05)[0]:
              seen += os.read(master, 65536)
          if not raw and b"q ends" in seen:
              raw = not termios.tcgetattr(slave)[3] & (termios.ICANON | termios.ECHO)
              open(os.path.join(os.path.dirname(sys.argv[0]), "shown"), "w").close()
              if how == "term":
                  os.kill(pid, signal.SIGTERM)
              elif how != "wait":
                  os.write(master, how.encode())
          got, status = os.waitpid(pid, os.WNOHANG)
          if got:
              ended = os.waitstatus_to_exitcode(status)
      if ended is None:
          os.kill(pid, signal.SIGKILL)
      while select.select([master], [], [], 0.05)[0]:
          seen += os.read(master, 65536)
      left = all(seen.count(a) == seen.count(b) for a, b in
                 [(b"[?1049h", b"[?1049l"), (b"[?25l", b"[?25h")])
      print(ended, raw, termios.tcgetattr(slave) == before, left)
      """;

  @TempDir Path home;
  private FakeServer server;

  @BeforeEach
  void oneNode() throws IOException {
    server = new FakeServer();
    server.fleet().set("grep-1", NodeState.CONVERGED, "");
    server.fleet().deploy(12, FakeFleet.HEAD, null);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Process start(String how) throws IOException {
    Path script = home.resolve("other-end.py");
    Files.writeString(script, OTHER_END);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> argv = new ArrayList<>(List.of(Needs.tool("python3").toString()));
    argv.addAll(List.of(script.toString(), how, java, "-XX:TieredStopAtLevel=1", "-cp"));
    argv.add(System.getProperty("java.class.path"));
    argv.addAll(List.of("dev.pullcord.cli.Main", "status", "--watch"));
    ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME",
                home.toString(),
                "TERM",
                "xterm",
                "PULLCORD_URL",
                server.url(),
                "PULLCORD_TOKEN",
                FakeServer.TOKEN));
    return builder.start();
  }

  /** Exit code, whether keys were read one by one, whether terminal and screen are as before. */
  private static String end(Process otherEnd) throws IOException, InterruptedException {
    String said =
        new String(otherEnd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    otherEnd.waitFor();
    return said;
  }

  @Test
  void theKeyForItEndsTheWatchAndGivesTheTerminalBack() throws Exception {
    assertThat(end(start("q"))).isEqualTo("0 True True True");
  }

  @Test
  void ctrlCGivesTheTerminalBack() throws Exception {
    assertThat(end(start("\003"))).isEqualTo("0 True True True");
  }

  @Test
  void beingToldToEndGivesTheTerminalBack() throws Exception {
    assertThat(end(start("term"))).isEqualTo("0 True True True");
  }

  @Test
  void anErrorGivesTheTerminalBack() throws Exception {
    Process watching = start("wait");
    Path shown = home.resolve("shown");
    Eventually.within(LIMIT)
        .isTrue("it shows and listens", () -> Files.exists(shown) && server.listeners() > 0);
    server.odd(
        "/api/v1/fleet",
        401,
        "application/problem+json",
        "{\"status\":401,\"code\":\"TOKEN_UNKNOWN\",\"detail\":\"revoked\"}");
    server.ring();
    assertThat(end(watching)).isEqualTo("4 True True True");
  }
}
