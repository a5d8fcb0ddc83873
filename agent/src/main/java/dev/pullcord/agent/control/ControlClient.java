package dev.pullcord.agent.control;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.unit.Durations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the agent that runs on a state directory. One that hangs, or that somebody has stopped,
 * still has its socket: it is waited for only so long.
 */
public final class ControlClient {
  private static final Logger LOG = LoggerFactory.getLogger(ControlClient.class);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

  /** For an agent that first asks the server, fetches, or reads a large release. */
  private static final Duration WORKS_WITHIN = Duration.ofSeconds(60);

  private final Path state;
  private final Duration answersWithin;

  /**
   * @param state the state directory
   */
  public ControlClient(Path state) {
    this(state, ANSWERS_WITHIN);
  }

  /** Whose agent has that long to say what it knows already. */
  ControlClient(Path state, Duration answersWithin) {
    this.state = state;
    this.answersWithin = answersWithin;
  }

  /** What came of asking. */
  public sealed interface Outcome {
    /**
     * The agent answered.
     *
     * @param reply its last line
     */
    record Answered(Reply reply) implements Outcome {}

    /**
     * It did not do it.
     *
     * @param exit what the program ends with
     * @param reason one line
     */
    record Not(ExitCode exit, String reason) implements Outcome {}

    /** No agent runs on that state directory. */
    record NobodyThere() implements Outcome {}
  }

  /** Whether an agent runs on that state directory, as its socket says. */
  public static boolean isAnswered(Path state) {
    return !(new ControlClient(state).status() instanceof Outcome.NobodyThere);
  }

  /** The node's status. */
  public Outcome status() {
    return ask(new Request(Request.Verb.STATUS, 0), answersWithin, _ -> {});
  }

  /** The steps of the last passes. */
  public Outcome log(int passes) {
    return ask(new Request(Request.Verb.LOG, passes), answersWithin, _ -> {});
  }

  /** What the next pass would do; for the node's target when no commit is named. */
  public Outcome plan(@Nullable String commit) {
    return ask(new Request(Request.Verb.PLAN, 0, commit), WORKS_WITHIN, _ -> {});
  }

  /** A pass now; {@code progress} sees each state on the way. */
  public Outcome sync(int secondsMax, Consumer<NodeStatus> progress) {
    return askForPass(new Request(Request.Verb.SYNC, secondsMax), progress);
  }

  /** Ends the quarantine, and a pass. */
  public Outcome retry(int secondsMax, Consumer<NodeStatus> progress) {
    return askForPass(new Request(Request.Verb.RETRY, secondsMax), progress);
  }

  private Outcome askForPass(Request request, Consumer<NodeStatus> progress) {
    return ask(request, WORKS_WITHIN.plusSeconds(request.count()), progress);
  }

  private Outcome ask(Request request, Duration within, Consumer<NodeStatus> progress) {
    Path socket;
    try {
      socket = SocketPath.find(state);
    } catch (IOException e) {
      return new Outcome.Not(ExitCode.FAILED, "cannot read " + FileFault.of(e, state));
    }
    if (!Files.exists(socket)) {
      return new Outcome.NobodyThere();
    }
    CountDownLatch over = new CountDownLatch(1);
    AtomicBoolean late = new AtomicBoolean();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      LastingThreads.brief("answer-awaited", () -> endAfter(within, channel, over, late));
      return asked(channel, socket, request, progress);
    } catch (JacksonException e) {
      return new Outcome.Not(ExitCode.BUG, "an answer that cannot be read from " + socket);
    } catch (IOException e) {
      return late.get()
          ? new Outcome.Not(ExitCode.TIMEOUT, hangs(within))
          : new Outcome.Not(ExitCode.FAILED, FileFault.of(e, socket));
    } finally {
      over.countDown();
    }
  }

  private static void endAfter(
      Duration within, SocketChannel channel, CountDownLatch over, AtomicBoolean late) {
    try {
      if (!over.await(within.toMillis(), TimeUnit.MILLISECONDS)) {
        late.set(true);
        channel.close(); // which ends the read that waits
      }
    } catch (IOException e) {
      LOG.debug("the connection to the agent does not end as it should", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private String hangs(Duration within) {
    return "the agent on %s runs and has not answered for %s; see its log (journalctl -u"
            .formatted(state, Durations.human(within))
        + " pullcord-agent), then start it again (systemctl restart pullcord-agent): its workers"
        + " run on";
  }

  private static Outcome asked(
      SocketChannel channel, Path socket, Request request, Consumer<NodeStatus> progress)
      throws IOException {
    if (!connects(channel, socket)) {
      return new Outcome.NobodyThere();
    }
    try {
      Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
      writer.write(PullcordJson.write(request) + "\n");
      writer.flush();
    } catch (IOException e) {
      LOG.debug("the agent has answered before it was asked", e); // that it is busy
    }
    return replies(
        new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)), progress);
  }

  private static boolean connects(SocketChannel channel, Path socket) throws IOException {
    try {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (java.net.ConnectException e) {
      // The socket of an agent that was killed.
      return false;
    } catch (java.net.SocketException e) {
      if ("Connection refused".equals(e.getMessage())) {
        return false;
      }
      throw e;
    }
  }

  private static Outcome replies(BufferedReader reader, Consumer<NodeStatus> progress)
      throws IOException {
    String line;
    while ((line = reader.readLine()) != null) {
      if (line.isBlank()) {
        continue; // it waited for a command, sent blanks meanwhile, and ended
      }
      Reply reply = PullcordJson.read(line, Reply.class);
      NodeStatus status = reply.status();
      if (reply.last()) {
        String error = reply.error();
        if (error == null) {
          return new Outcome.Answered(reply);
        }
        ExitCode exit = error.equals(Reply.OUT_OF_TIME) ? ExitCode.TIMEOUT : ExitCode.FAILED;
        return new Outcome.Not(exit, error);
      }
      if (status != null) {
        progress.accept(status);
      }
    }
    return new Outcome.Not(ExitCode.FAILED, "the agent ended before it had answered");
  }
}
