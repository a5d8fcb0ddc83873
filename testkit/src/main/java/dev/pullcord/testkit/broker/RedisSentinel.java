package dev.pullcord.testkit.broker;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real Redis that is found by asking a real Sentinel, which watches it. */
public final class RedisSentinel implements TaskBroker {
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(3);

  private final RedisServer master;
  private final Process sentinel;
  private final int port;

  private RedisSentinel(RedisServer master, Process sentinel, int port) {
    this.master = master;
    this.sentinel = sentinel;
    this.port = port;
  }

  /** Started, with its files below that directory. */
  public static RedisSentinel started(Path directory, BrokerSetup setup) {
    RedisServer master = RedisServer.started(directory.resolve("master"), setup);
    try {
      int port = RedisServer.freePort();
      Path configuration = directory.resolve("sentinel.conf");
      Files.writeString(
          configuration,
          """
          port %d
          bind 127.0.0.1
          dir %s
          sentinel monitor grep 127.0.0.1 %d 1
          """
              .formatted(port, directory, master.port()));
      Process sentinel =
          new ProcessBuilder(
                  setup.command(List.of("redis-server", configuration.toString(), "--sentinel")))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("sentinel.log").toFile())
              .start();
      Eventually.within(BEGINS_WITHIN).isTrue("Sentinel answers", () -> RedisServer.answers(port));
      return new RedisSentinel(master, sentinel, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String url() {
    return "sentinel://127.0.0.1:" + port + "/0";
  }

  @Override
  public String settings() {
    return "app.conf.broker_transport_options = {'master_name': 'grep',"
        + " 'visibility_timeout': 172800}";
  }

  @Override
  public void start() {
    master.start();
  }

  @Override
  public void stop() {
    master.stop();
  }

  @Override
  public void close() {
    sentinel.destroyForcibly();
    master.close();
  }
}
