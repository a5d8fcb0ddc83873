package dev.pullcord.cli.command.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.testkit.Needs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody at a terminal whose standard output goes elsewhere: Java has no console then. */
@SuppressWarnings("NullAway.Init")
class LoginTerminalTest {
  /** Runs a program on a terminal, answers what it asks, and says how that went. */
  private static final String OTHER_END =
      """
      import fcntl, os, pty, select, signal, sys, termios, time
      printed, secret, argv = sys.argv[1], sys.argv[2].encode(), sys.argv[3:]
      master, slave = pty.openpty()
      before = termios.tcgetattr(slave)
      pid = os.fork()
      if pid == 0:
          os.setsid()
          fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
          out = os.open(printed, os.O_WRONLY | os.O_CREAT, 0o600)
          for fd, of in (0, slave), (1, out), (2, slave):
              os.dup2(of, fd)
          os.execvp(argv[0], argv)
      seen, answered, ended = b"", False, None
      limit = time.monotonic() + 60
      while ended is None and time.monotonic() < limit:
          if select.select([master], [], [], 0.05)[0]:
              seen += os.read(master, 65536)
          if not answered and b"token: " in seen:
              answered = True
              os.write(master, secret + b"\\n")
          got, status = os.waitpid(pid, os.WNOHANG)
          if got:
              ended = os.waitstatus_to_exitcode(status)
      if ended is None:
          os.kill(pid, signal.SIGKILL)
      while select.select([master], [], [], 0.05)[0]:
          seen += os.read(master, 65536)
      print(ended, answered, secret in seen, termios.tcgetattr(slave) == before)
      """;

  @TempDir Path home;

  @Test
  void asksForTheTokenWithoutAnEchoAlsoWhereItsOutputGoesToAFile() throws Exception {
    try (FakeServer server = new FakeServer()) {
      assertThat(login(server.url(), System.getenv("PATH"))).isEqualTo("0 True False True");
      assertThat(home.resolve("printed"))
          .content()
          .startsWith("signed in to " + server.url() + " as ann");
    }
  }

  @Test
  void asksForNoTokenWhereTheTerminalDoesNotStopItsEcho() throws Exception {
    Path stty = Files.createDirectories(home.resolve("bin")).resolve("stty");
    Files.writeString(
        stty,
        "#!/bin/sh\ncase $1 in -echo) exit 1;; esac\nexec %s \"$@\"\n"
            .formatted(Needs.tool("stty")));
    Files.setPosixFilePermissions(stty, PosixFilePermissions.fromString("rwx------"));
    try (FakeServer server = new FakeServer()) {
      String path = stty.getParent() + File.pathSeparator + System.getenv("PATH");
      assertThat(login(server.url(), path)).isEqualTo("1 False False True");
    }
  }

  /**
   * The exit code, whether it asked, whether the token was seen, and the terminal left as it was.
   */
  private String login(String url, String path) throws IOException {
    Path script = Files.writeString(home.resolve("other-end.py"), OTHER_END);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Needs.tool("python3").toString(),
                    script.toString(),
                    home.resolve("printed").toString(),
                    FakeServer.TOKEN,
                    java,
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.pullcord.cli.Main",
                    "login",
                    url))
            .redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("PATH", path);
    builder.environment().remove("XDG_CONFIG_HOME");
    Process otherEnd = builder.start();
    return new String(otherEnd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
