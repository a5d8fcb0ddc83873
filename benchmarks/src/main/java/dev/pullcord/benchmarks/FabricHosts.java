package dev.pullcord.benchmarks;

import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The other arm for actions: Fabric, and an {@code sshd} of its own on loopback that is as many
 * hosts as are asked for, each with an address of its own. Needs Debian's {@code fabric} and {@code
 * openssh-server}, and the right to make {@code /run/sshd}, which is root's.
 */
final class FabricHosts implements AutoCloseable {
  private static final String SSHD = "/usr/sbin/sshd";

  /** That of Debian's package: another Python on PATH does not know Fabric. */
  private static final String PYTHON = "/usr/bin/python3";

  private final Path directory;
  private final int hosts;
  private final int port;
  private final Process sshd;

  /** Starts it. */
  FabricHosts(Path directory, int hosts) throws IOException {
    if (!Files.isExecutable(Path.of(SSHD)) || !Files.exists(Path.of("/usr/bin/fab"))) {
      throw new IllegalStateException("Fabric is not here: apt install fabric openssh-server");
    }
    this.directory = Files.createDirectories(directory);
    this.hosts = hosts;
    this.port = freePort();
    Files.createDirectories(Path.of("/run/sshd"));
    key("host");
    key("user");
    Files.writeString(directory.resolve("sshd_config"), config());
    try (InputStream in = FabricHosts.class.getResourceAsStream("run-true.py")) {
      if (in == null) {
        throw new IllegalStateException("run-true.py is not on the class path");
      }
      Files.write(directory.resolve("run-true.py"), in.readAllBytes());
    }
    sshd =
        new ProcessBuilder(SSHD, "-D", "-E", path("sshd.log"), "-f", path("sshd_config")).start();
    Waits.until("sshd answers", Duration.ofSeconds(10), this::answers);
  }

  private void key(String name) {
    ProgramCall.of(
            directory,
            Map.of(),
            List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(name)))
        .runOrFail();
  }

  private String path(String name) {
    return directory.resolve(name).toAbsolutePath().toString();
  }

  private String config() {
    return String.join(
        "\n",
        "ListenAddress 0.0.0.0:" + port,
        "HostKey " + path("host"),
        "AuthorizedKeysFile " + path("user.pub"),
        "PidFile none",
        "StrictModes no",
        "UsePAM no",
        "UseDNS no",
        "PermitRootLogin yes",
        "MaxStartups 200",
        "");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs {@code true} on all of them; how long that took, in milliseconds. */
  double runTrue() {
    List<String> argv = new ArrayList<>(List.of(PYTHON, path("run-true.py")));
    argv.addAll(List.of(System.getProperty("user.name"), path("user")));
    IntStream.rangeClosed(1, hosts).forEach(n -> argv.add("127.0.0." + n + ":" + port));
    return ProgramCall.of(directory, Map.of(), argv).runOrFail().took().toNanos() / 1e6;
  }

  /** CPU seconds of the daemon and of its sessions that have ended. */
  double cpuSeconds() throws IOException {
    return ProcessFigures.cpuSeconds(sshd.pid());
  }

  /** Ends it. */
  @Override
  public void close() {
    sshd.destroy();
  }
}
