package dev.pullcord.testkit.broker;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of a test's own, on a free loopback port that it keeps over a restart. What it was
 * told is on its disk before it answers, so that a restart loses nothing by itself.
 */
public final class RedisServer implements TaskBroker {
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(3);
  private static final int CONNECT_MILLIS = 500;

  private final Path directory;
  private final BrokerSetup setup;
  private final int port;
  private final @Nullable TlsFiles tls;
  private @Nullable Process process;

  private RedisServer(Path directory, BrokerSetup setup, int port) {
    this.directory = directory;
    this.setup = setup;
    this.port = port;
    this.tls = setup.secured() ? TlsFiles.made(directory) : null;
  }

  /** Started, with its files below that directory; skips the test where there is no Redis. */
  public static RedisServer started(Path directory) {
    return started(directory, BrokerSetup.PLAIN);
  }

  /** The same, set up in that way. */
  public static RedisServer started(Path directory, BrokerSetup setup) {
    if (setup.debian().isEmpty()) {
      Needs.tool("redis-server");
    }
    try {
      Files.createDirectories(directory);
      RedisServer server = new RedisServer(directory, setup, freePort());
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Override
  public String url() {
    return url(0);
  }

  /** For Celery's broker and result backend; there are 256, so that each run can have its own. */
  public String url(int database) {
    return setup.secured()
        ? "rediss://:%s@127.0.0.1:%d/%d".formatted(BrokerSetup.PASSWORD_IN_URL, port, database)
        : "redis://127.0.0.1:%d/%d".formatted(port, database);
  }

  @Override
  public String settings() {
    return tls == null
        ? ""
        : "import ssl; app.conf.broker_use_ssl = {'ssl_cert_reqs': ssl.CERT_REQUIRED,"
            + " 'ssl_ca_certs': '"
            + tls.certificate()
            + "'}";
  }

  /** Its port on the loopback address. */
  public int port() {
    return port;
  }

  @Override
  public void start() {
    try {
      process =
          new ProcessBuilder(setup.command(run()))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(BEGINS_WITHIN).isTrue("Redis answers", () -> answers(port));
  }

  private List<String> run() {
    List<String> run = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1"));
    run.addAll(List.of("--dir", directory.toString(), "--save", "", "--daemonize", "no"));
    run.addAll(List.of("--databases", "256"));
    run.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    if (tls == null) {
      run.addAll(List.of("--port", Integer.toString(port)));
    } else {
      run.addAll(List.of("--port", "0", "--tls-port", Integer.toString(port)));
      run.addAll(List.of("--tls-cert-file", tls.certificate().toString()));
      run.addAll(List.of("--tls-key-file", tls.key().toString(), "--tls-auth-clients", "no"));
      run.addAll(List.of("--requirepass", BrokerSetup.PASSWORD));
    }
    return run;
  }

  static boolean answers(int port) {
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
