package dev.pullcord.agent.control;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeStatus;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the agent that runs on a state directory. */
public final class ControlClient {
  private final Path state;

  /**
   * @param state the state directory
   */
  public ControlClient(Path state) {
    this.state = state;
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
    return ask(new Request(Request.Verb.STATUS, 0), _ -> {});
  }

  /** The steps of the last passes. */
  public Outcome log(int passes) {
    return ask(new Request(Request.Verb.LOG, passes), _ -> {});
  }

  /** What the next pass would do; for the node's target when no commit is named. */
  public Outcome plan(@Nullable String commit) {
    return ask(new Request(Request.Verb.PLAN, 0, commit), _ -> {});
  }

  /** A pass now; {@code progress} sees each state on the way. */
  public Outcome sync(int secondsMax, Consumer<NodeStatus> progress) {
    return ask(new Request(Request.Verb.SYNC, secondsMax), progress);
  }

  /** Ends the quarantine, and a pass. */
  public Outcome retry(int secondsMax, Consumer<NodeStatus> progress) {
    return ask(new Request(Request.Verb.RETRY, secondsMax), progress);
  }

  private Outcome ask(Request request, Consumer<NodeStatus> progress) {
    Path socket;
    try {
      socket = SocketPath.find(state);
    } catch (IOException e) {
      return new Outcome.Not(ExitCode.FAILED, "cannot read " + FileFault.of(e, state));
    }
    if (!Files.exists(socket)) {
      return new Outcome.NobodyThere();
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!connects(channel, socket)) {
        return new Outcome.NobodyThere();
      }
      Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
      writer.write(PullcordJson.write(request) + "\n");
      writer.flush();
      return replies(
          new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)), progress);
    } catch (JacksonException e) {
      return new Outcome.Not(ExitCode.BUG, "an answer that cannot be read from " + socket);
    } catch (IOException e) {
      return new Outcome.Not(ExitCode.FAILED, FileFault.of(e, socket));
    }
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
