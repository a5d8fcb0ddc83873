package dev.pullcord.testkit.broker;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a real RabbitMQ of a test's own, with an Erlang port mapper of its own, on free loopback
 * ports that it keeps over a restart. It takes about six seconds to start.
 */
public final class RabbitServer implements TaskBroker {
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(3);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);
  private static final int CONNECT_MILLIS = 500;
  private static final int ANSWER_MILLIS = 2000;

  /** What speaks another protocol than AMQP 0.9.1 is answered with the header of that. */
  private static final byte[] GREETING = "AMQP\0\0\0\0".getBytes(StandardCharsets.US_ASCII);

  private static final Path PROGRAMS = Path.of("/usr/lib/rabbitmq/bin");
  private static final Path PROGRAM = PROGRAMS.resolve("rabbitmq-server");

  private final BrokerSetup setup;
  private final Path directory;
  private final @Nullable TlsFiles tls;
  private final int port;
  private final int tlsPort;
  private final int distribution;
  private final int mapper;
  private @Nullable Process epmd;
  private @Nullable Process process;

  private RabbitServer(Path directory, BrokerSetup setup) throws IOException {
    this.setup = setup;
    this.directory = directory;
    this.tls = setup.secured() ? TlsFiles.made(directory) : null;
    this.port = RedisServer.freePort();
    this.tlsPort = RedisServer.freePort();
    this.distribution = RedisServer.freePort();
    this.mapper = RedisServer.freePort();
  }

  /** Started, with its files below that directory; skips the test where there is no RabbitMQ. */
  public static RabbitServer started(Path directory) {
    return started(directory, BrokerSetup.PLAIN, "");
  }

  /** The same with more lines of its configuration file. */
  public static RabbitServer started(Path directory, String configuration) {
    return started(directory, BrokerSetup.PLAIN, configuration);
  }

  /** The same, set up in that way. */
  public static RabbitServer started(Path directory, BrokerSetup setup, String configuration) {
    if (setup.debian().isEmpty()) {
      Needs.tool("rabbitmq-server");
      Needs.directory(PROGRAMS, "apt-get install rabbitmq-server");
    }
    Needs.root("RabbitMQ as Debian packages it starts as root or as its own user");
    try {
      Files.createDirectories(directory);
      RabbitServer server = new RabbitServer(directory, setup);
      Files.writeString(directory.resolve("rabbitmq.conf"), server.configuration() + configuration);
      Files.writeString(directory.resolve("enabled_plugins"), "[].\n");
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String configuration() {
    String plain = "listeners.tcp.1 = 127.0.0.1:" + port + "\n";
    return tls == null
        ? plain
        : plain
            + """
            listeners.ssl.1 = 127.0.0.1:%d
            ssl_options.certfile = %s
            ssl_options.keyfile = %s
            ssl_options.verify = verify_none
            default_user = grep
            default_pass = %s
            """
                .formatted(tlsPort, tls.certificate(), tls.key(), BrokerSetup.PASSWORD);
  }

  @Override
  public String url() {
    return tls == null
        ? "amqp://guest:guest@127.0.0.1:%d//".formatted(port)
        : "amqps://grep:%s@127.0.0.1:%d//".formatted(BrokerSetup.PASSWORD_IN_URL, tlsPort);
  }

  @Override
  public String settings() {
    return tls == null
        ? ""
        : "import ssl; app.conf.broker_use_ssl = {'cert_reqs': ssl.CERT_REQUIRED, 'ca_certs': '"
            + tls.certificate()
            + "'}";
  }

  @Override
  public void start() {
    try {
      if (epmd == null) {
        epmd =
            process(List.of("epmd", "-port", Integer.toString(mapper), "-address", "127.0.0.1"))
                .start();
      }
      process = process(List.of(PROGRAM.toString())).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(BEGINS_WITHIN).until("RabbitMQ answers", this::answers, answers -> answers);
  }

  private ProcessBuilder process(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(setup.command(command))
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("rabbit.out").toFile()));
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("HOME", directory.toString()),
                Map.entry("RABBITMQ_NODENAME", "pullcord" + port + "@localhost"),
                Map.entry("RABBITMQ_NODE_PORT", Integer.toString(port)),
                Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distribution)),
                Map.entry("RABBITMQ_MNESIA_BASE", directory.resolve("mnesia").toString()),
                Map.entry("RABBITMQ_LOG_BASE", directory.resolve("log").toString()),
                Map.entry("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString()),
                Map.entry(
                    "RABBITMQ_ENABLED_PLUGINS_FILE",
                    directory.resolve("enabled_plugins").toString()),
                Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                Map.entry("ERL_EPMD_PORT", Integer.toString(mapper))));
    return builder;
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(GREETING);
      return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII)
          .equals("AMQP");
    } catch (IOException e) {
      return false;
    }
  }

  /** Does what {@code rabbitmqctl} does with these arguments. */
  public void control(String... arguments) {
    List<String> command = new ArrayList<>(List.of(PROGRAMS.resolve("rabbitmqctl").toString()));
    command.addAll(List.of(arguments));
    try {
      int exit = process(command).start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(command + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void stop() {
    end(process);
    process = null;
  }

  private static void end(@Nullable Process running) {
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    end(epmd);
    epmd = null;
  }
}
