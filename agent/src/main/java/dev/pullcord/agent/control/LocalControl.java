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
 * directory's owner gets in. At most {@value #COMMANDS_MAX} commands at once; more are told so. The
 * status is told beside them, and who asks for nothing is turned away.
 */
public final class LocalControl implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalControl.class);
  private static final int COMMANDS_MAX = 8;
  private static final int CLIENTS_MAX = 64;
  private static final int LINE_CHARS_MAX = 1024;
  private static final Duration ASKS_WITHIN = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Path state;
  private final Path path;
  private final ServerSocketChannel server;
  private final ControlRequests verbs;
  private final HostClock clock;
  private final Signal never = new Signal();
  private final Duration asksWithin;
  private final Semaphore clients = new Semaphore(CLIENTS_MAX);
  private final Semaphore commands = new Semaphore(COMMANDS_MAX);

  /**
   * Listens, and answers on threads of its own.
   *
   * @param state a state directory that this process has locked
   * @param ask asks whoever decides what there is to run, as a poll does
   */
  public LocalControl(Path state, AgentCore core, Runnable ask, HostClock clock)
      throws IOException {
    this(state, core, ask, clock, ASKS_WITHIN);
  }

  /** Whose clients have that long to say what they want. */
  LocalControl(Path state, AgentCore core, Runnable ask, HostClock clock, Duration asksWithin)
      throws IOException {
    this.asksWithin = asksWithin;
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
        if (clients.tryAcquire()) {
          LastingThreads.brief("control-client", () -> serve(client));
        } else {
          turnAway(client);
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

  /** It may have gone already; that is no reason to let others wait. */
  private static void turnAway(SocketChannel client) {
    try (client;
        Writer writer = Channels.newWriter(client, StandardCharsets.UTF_8)) {
      new Line(writer).send(busy(CLIENTS_MAX + " clients"));
    } catch (IOException e) {
      LOG.debug("a client of the control socket that was turned away: {}", e.getMessage());
    }
  }

  private static Reply busy(String who) {
    return Reply.failed("the agent is busy: " + who + " wait for it; try again in a moment");
  }

  private void serve(SocketChannel client) {
    Signal asked = new Signal();
    LastingThreads.brief("control-asks", () -> closeUnless(asked, client));
    try (client;
        Reader reader = Channels.newReader(client, StandardCharsets.UTF_8);
        Writer writer = Channels.newWriter(client, StandardCharsets.UTF_8)) {
      Replies replies = new Line(writer);
      String line = line(reader);
      asked.raise();
      try {
        Request request = PullcordJson.strict().readValue(line, Request.class);
        if (request == null || request.verb() == null) {
          replies.send(Reply.failed("not a request: no verb"));
        } else {
          answer(request, replies);
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
      asked.raise();
      clients.release();
    }
  }

  private void closeUnless(Signal asked, SocketChannel client) {
    if (!clock.await(asked, 0, asksWithin)) {
      try {
        client.close(); // which ends the read that waits
      } catch (IOException e) {
        LOG.debug("a client of the control socket does not end as it should", e);
      }
    }
  }

  private void answer(Request request, Replies replies) throws IOException {
    if (request.verb() == Request.Verb.STATUS) {
      verbs.answer(request, replies);
    } else if (commands.tryAcquire()) {
      try {
        verbs.answer(request, replies);
      } finally {
        commands.release();
      }
    } else {
      replies.send(busy(COMMANDS_MAX + " commands"));
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
  interface Replies {
    void send(Reply reply) throws IOException;

    /** Fails when the client has gone; it sees nothing of this. */
    void alive() throws IOException;
  }

  private record Line(Writer writer) implements Replies {
    @Override
    public void send(Reply reply) throws IOException {
      writer.write(PullcordJson.write(reply) + "\n");
      writer.flush();
    }

    /** JSON may begin with blanks, for clients of every version. */
    @Override
    public void alive() throws IOException {
      writer.write(' ');
      writer.flush();
    }
  }
}
