package dev.pullcord.agent.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.loop.AgentCore;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's end of the local socket: a line of JSON comes, one or more go back. Only the state
 * directory's owner gets in. At most {@value #CLIENTS_MAX} clients at once; more are turned away.
 */
public final class LocalControl implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalControl.class);
  private static final int CLIENTS_MAX = 8;
  private static final int LINE_CHARS_MAX = 1024;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Path state;
  private final Path path;
  private final ServerSocketChannel server;
  private final ControlRequests verbs;
  private final HostClock clock;
  private final Signal never = new Signal();
  private final Semaphore places = new Semaphore(CLIENTS_MAX);

  /**
   * Listens, and answers on threads of its own.
   *
   * @param state a state directory that this process has locked
   * @param ask asks whoever decides what there is to run, as a poll does
   */
  public LocalControl(Path state, AgentCore core, Runnable ask, HostClock clock)
      throws IOException {
    this.state = state;
    this.clock = clock;
    this.path = SocketPath.create(state);
    this.verbs = new ControlRequests(core, ask, clock);
    Files.deleteIfExists(path);
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    LastingThreads.start("control", this::accept);
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        if (places.tryAcquire()) {
          LastingThreads.brief("control-client", () -> serve(client));
        } else {
          client.close();
        }
      } catch (ClosedChannelException e) {
        LOG.debug("the control socket is closed", e);
      } catch (IOException e) {
        // No file descriptor is free, most likely: that passes.
        LOG.error("the control socket {} takes nobody, trying again: {}", path, FileFault.of(e));
        clock.await(never, never.count(), PAUSE);
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        Reader reader = Channels.newReader(client, StandardCharsets.UTF_8);
        Writer writer = Channels.newWriter(client, StandardCharsets.UTF_8)) {
      Replies replies =
          reply -> {
            writer.write(PullcordJson.write(reply) + "\n");
            writer.flush();
          };
      String line = line(reader);
      try {
        Request request = PullcordJson.strict().readValue(line, Request.class);
        if (request == null || request.verb() == null) {
          replies.send(Reply.failed("not a request: no verb"));
        } else {
          verbs.answer(request, replies);
        }
      } catch (JsonProcessingException e) {
        replies.send(Reply.failed("not a request: " + e.getOriginalMessage()));
      }
    } catch (ClosedChannelException e) {
      LOG.debug("a client of the control socket went away", e);
    } catch (IOException e) {
      LOG.debug("a client of the control socket: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("a request on the control socket failed; this is a bug", e);
    } finally {
      places.release();
    }
  }

  private static String line(Reader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = reader.read(); c >= 0 && c != '\n'; c = reader.read()) {
      if (line.length() == LINE_CHARS_MAX) {
        break;
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** Stops listening and takes the socket away. */
  @Override
  public void close() throws IOException {
    server.close();
    SocketPath.remove(state, path);
  }

  /** Sends lines to one client. */
  @FunctionalInterface
  interface Replies {
    void send(Reply reply) throws IOException;
  }
}
