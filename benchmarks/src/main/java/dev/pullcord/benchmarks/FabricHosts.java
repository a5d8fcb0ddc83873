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
 * The other arm for actions: Fabric, and {@code sshd}s of its own that are as many hosts as are
 * asked for, each with an address of its own on loopback. Needs Debian's {@code fabric} and {@code
 * openssh-server}, and the right to make {@code /run/sshd}, which is root's.
 */
final class FabricHosts implements AutoCloseable {
  private static final String SSHD = "/usr/sbin/sshd";

  /** That of Debian's package: another Python on PATH does not know Fabric. */
  private static final String PYTHON = "/usr/bin/python3";

  /** A daemon takes no more addresses than that. */
  private static final int ADDRESSES = 16;

  private final Path directory;
  private final int hosts;
  private final int port;
  private final List<Process> daemons = new ArrayList<>();

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
    try (InputStream in = FabricHosts.class.getResourceAsStream("run-true.py")) {
      if (in == null) {
        throw new IllegalStateException("run-true.py is not on the class path");
      }
      Files.write(directory.resolve("run-true.py"), in.readAllBytes());
    }
    for (int first = 1; first <= hosts; first += ADDRESSES) {
      String name = "sshd-" + first;
      int last = Math.min(hosts, first + ADDRESSES - 1);
      Files.writeString(directory.resolve(name), config(directory, port, first, last));
      daemons.add(
          new ProcessBuilder(SSHD, "-D", "-E", path(name + ".log"), "-f", path(name)).start());
    }
    Waits.until("sshd answers", Duration.ofSeconds(10), this::answer);
  }

  private void key(String name) {
    ProgramCall.of(
            directory,
            Map.of(),
            List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(name)))
        .runOrFail();
  }

  private String path(String name) {
    return path(directory, name);
  }

  private static String path(Path directory, String name) {
    return directory.resolve(name).toAbsolutePath().toString();
  }

  /** Of a daemon that is the hosts of these numbers: reached from here only, and with the key. */
  static String config(Path directory, int port, int first, int last) {
    List<String> lines = new ArrayList<>();
    IntStream.rangeClosed(first, last)
        .forEach(n -> lines.add("ListenAddress " + address(n) + ":" + port));
    lines.addAll(
        List.of(
            "HostKey " + path(directory, "host"),
            "AuthorizedKeysFile " + path(directory, "user.pub"),
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "UseDNS no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "MaxStartups 200",
            ""));
    return String.join("\n", lines);
  }

  private static String address(int number) {
    return "127.0.0." + number;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answer() {
    return IntStream.rangeClosed(1, hosts).allMatch(this::answers);
  }

  private boolean answers(int number) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address(number), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs {@code true} on all of them; how long that took, in milliseconds. */
  double runTrue() {
    List<String> argv = new ArrayList<>(List.of(PYTHON, path("run-true.py")));
    argv.addAll(List.of(System.getProperty("user.name"), path("user")));
    IntStream.rangeClosed(1, hosts).forEach(n -> argv.add(address(n) + ":" + port));
    return ProgramCall.of(directory, Map.of(), argv).runOrFail().took().toNanos() / 1e6;
  }

  /** CPU seconds of the daemons and of their sessions that have ended. */
  double cpuSeconds() throws IOException {
    double sum = 0;
    for (Process daemon : daemons) {
      sum += ProcessFigures.cpuSeconds(daemon.pid());
    }
    return sum;
  }

  /** Ends it. */
  @Override
  public void close() {
    daemons.forEach(Process::destroy);
  }
}
