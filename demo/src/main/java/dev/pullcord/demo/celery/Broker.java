package dev.pullcord.demo.celery;

import dev.pullcord.demo.fleet.Waiting;
import dev.pullcord.demo.process.Child;
import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Redis on a free loopback port, with its files in the demo's directory, and the Python that has
 * celery. What is missing is named with how to get it.
 */
public final class Broker implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int CONNECT_MILLIS = 500;

  private final Child redis;
  private final int port;
  private final String python;

  private Broker(Child redis, int port, String python) {
    this.redis = redis;
    this.port = port;
    this.python = python;
  }

  /** Starts it, and waits until it answers. */
  public static Broker started(Path directory) {
    String python = python(directory);
    if (!onPath("redis-server")) {
      throw new IllegalStateException("no redis-server on PATH: apt-get install redis-server");
    }
    try {
      Path home = Files.createDirectories(directory.resolve("redis"));
      int port = freePort();
      Child redis =
          Child.start(
              List.of(
                  "redis-server",
                  "--port",
                  Integer.toString(port),
                  "--bind",
                  "127.0.0.1",
                  "--dir",
                  home.toString(),
                  "--save",
                  ""),
              home,
              Map.of(),
              directory.resolve("redis.log"));
      Broker broker = new Broker(redis, port, python);
      Waiting.until("Redis answers", LIMIT, broker::answers);
      return broker;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start Redis", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static String python(Path directory) {
    for (String place : System.getenv("PATH").split(":", -1)) {
      Path candidate = Path.of(place).resolve("python3");
      if (candidate.isAbsolute()
          && Files.isExecutable(candidate)
          && ProgramCall.of(
                      directory, Map.of(), List.of(candidate.toString(), "-c", "import celery"))
                  .run()
                  .exit()
              == 0) {
        return candidate.toString();
      }
    }
    throw new IllegalStateException(
        "no python3 on PATH has celery: apt-get install python3-celery python3-redis");
  }

  private static boolean onPath(String program) {
    return List.of(System.getenv("PATH").split(":", -1)).stream()
        .anyMatch(place -> Files.isExecutable(Path.of(place).resolve(program)));
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** How many tasks workers have taken and not finished, where they acknowledge them late. */
  long taken() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("HLEN unacked\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = new byte[32];
      int length = socket.getInputStream().read(answer);
      String count = new String(answer, 0, Math.max(0, length), StandardCharsets.US_ASCII).strip();
      return count.startsWith(":") ? Long.parseLong(count.substring(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Its address, as Celery has it. */
  public String url() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** A Python that has celery. */
  public String python() {
    return python;
  }

  @Override
  public void close() {
    if (redis.isAlive()) {
      redis.stop(LIMIT);
    }
  }
}
