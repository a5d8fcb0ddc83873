package dev.pullcord.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of a test's own, on a free loopback port that it keeps over a restart. What it was
 * told is on its disk before it answers, so that a restart loses nothing by itself.
 */
public final class RedisServer implements TaskBroker {
  private static final Duration BEGINS_WITHIN = Duration.ofSeconds(20);
  private static final int CONNECT_MILLIS = 500;

  private final Path directory;
  private final int port;
  private @Nullable Process process;

  private RedisServer(Path directory, int port) {
    this.directory = directory;
    this.port = port;
  }

  /** Started, with its files below that directory; skips the test where there is no Redis. */
  public static RedisServer started(Path directory) {
    Needs.tool("redis-server");
    try {
      Files.createDirectories(directory);
      RedisServer server = new RedisServer(directory, freePort());
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Override
  public String url() {
    return url(0);
  }

  /** For Celery's broker and result backend. */
  public String url(int database) {
    return "redis://127.0.0.1:" + port + "/" + database;
  }

  /** Its port on the loopback address. */
  public int port() {
    return port;
  }

  @Override
  public void start() {
    try {
      process =
          new ProcessBuilder(
                  List.of(
                      "redis-server",
                      "--port",
                      Integer.toString(port),
                      "--bind",
                      "127.0.0.1",
                      "--dir",
                      directory.toString(),
                      "--save",
                      "",
                      "--appendonly",
                      "yes",
                      "--appendfsync",
                      "always",
                      "--daemonize",
                      "no"))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(BEGINS_WITHIN).until("Redis answers", this::answers, answers -> answers);
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void stop() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(BEGINS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    process = null;
  }

  @Override
  public void close() {
    stop();
  }
}
