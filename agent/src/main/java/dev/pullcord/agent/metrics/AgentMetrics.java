package dev.pullcord.agent.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.report.NodeStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the node's status as metrics, in the two ways that a host's monitoring reads: over HTTP on
 * a loopback address, and in a file of node_exporter's textfile collector. Each is off unless
 * {@code agent.yaml} asks for it.
 *
 * <p>A file that cannot be written is said once in the log, and tried again.
 */
public final class AgentMetrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentMetrics.class);
  private static final String PATH = "/metrics";
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final int WAITING_MAX = 8;

  /** One who connects and says nothing must not keep the others from their answers. */
  private static final int THREADS = 4;

  private static final Set<StandardOpenOption> MADE_ANEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<Set<PosixFilePermission>> READABLE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));
  private static final Duration WRITE_EVERY = Duration.ofSeconds(15);

  private final Supplier<NodeStatus> status;
  private final HostClock clock;
  private final @Nullable Path textfile;
  private @Nullable HttpServer server;
  private @Nullable ScheduledExecutorService thread;
  private String trouble = "";
  private long writeAt;

  /**
   * Of an agent.
   *
   * @param status what it says of its node
   * @param textfile where {@link #write} writes; null for nowhere
   */
  public AgentMetrics(Supplier<NodeStatus> status, HostClock clock, @Nullable Path textfile) {
    this.status = status;
    this.clock = clock;
    this.textfile = textfile;
    this.writeAt = clock.nanos();
  }

  /**
   * Answers {@code GET /metrics} on that address.
   *
   * @return the port
   * @throws IOException when the port is taken
   */
  public int listen(InetSocketAddress address) throws IOException {
    HttpServer opened;
    try {
      opened = HttpServer.create(address, WAITING_MAX);
    } catch (IOException e) {
      throw new IOException("metrics.listen %s: %s".formatted(address, e.getMessage()), e);
    }
    ScheduledExecutorService answers = LastingThreads.timer("metrics", THREADS);
    opened.setExecutor(answers);
    opened.createContext("/", this::answer);
    opened.start();
    server = opened;
    thread = answers;
    return opened.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean known = exchange.getRequestURI().getPath().equals(PATH);
      boolean reads = exchange.getRequestMethod().equals("GET");
      if (!known || !reads) {
        exchange.sendResponseHeaders(known ? 405 : 404, -1);
        return;
      }
      byte[] body = text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", TYPE);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /**
   * Writes the file anew every 15 s, if there is to be one, however often this is called; a reader
   * sees the old or the new one, whole.
   */
  public void write() {
    if (textfile == null || clock.nanos() - writeAt < 0) {
      return;
    }
    writeAt = clock.nanos() + WRITE_EVERY.toNanos();
    try {
      Path aside = textfile.resolveSibling("." + textfile.getFileName() + ".new");
      Files.deleteIfExists(aside);
      // Made anew and not followed: a link that others have put there must not lead us anywhere.
      try (SeekableByteChannel file = Files.newByteChannel(aside, MADE_ANEW, READABLE)) {
        file.write(ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8)));
      }
      AtomicFiles.rename(aside, textfile);
      trouble = "";
    } catch (IOException e) {
      String now = FileFault.of(e, textfile);
      if (!now.equals(trouble)) {
        LOG.warn("metrics.textfile cannot be written: {}", now);
        trouble = now;
      }
    }
  }

  private String text() {
    return MetricsText.of(status.get(), ProcessNumbers.ofThisProcess(), clock.now());
  }

  @Override
  public void close() {
    Optional.ofNullable(server).ifPresent(open -> open.stop(0));
    Optional.ofNullable(thread).ifPresent(ScheduledExecutorService::shutdownNow);
  }
}
