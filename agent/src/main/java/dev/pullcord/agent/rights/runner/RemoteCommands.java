package dev.pullcord.agent.rights.runner;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.process.ProcessFiles;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Has commands run by the runner of another user, see {@link CommandService}. Where the runner
 * cannot be reached the command is not started, and the reason says what to do.
 */
public final class RemoteCommands implements CommandRunner {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration TAKES_WITHIN = Duration.ofSeconds(10);

  /** How much longer than its command the runner may take. */
  private static final Duration SPARE = Duration.ofSeconds(30);

  private static final Duration TREE_WITHIN = Duration.ofMinutes(30);
  private final Path socket;
  private final HostClock clock;
  private final Masks masks;
  private volatile String soFar = "";

  /**
   * A runner.
   *
   * @param socket of the one that does it
   * @param masks what is taken out of every output
   */
  public RemoteCommands(Path socket, HostClock clock, Masks masks) {
    this.socket = socket;
    this.clock = clock;
    this.masks = masks;
  }

  @Override
  public CommandResult run(Command command, BooleanSupplier cancelled) {
    long began = clock.nanos();
    int bytes = StepRecord.OUTPUT_LIMIT_BYTES + masks.longest();
    soFar = "";
    Output output = new Output(bytes);
    try {
      CommandEnd end = run(command, bytes, output, cancelled);
      return new CommandResult(ended(end), end.exitCode(), output.text(), end.tookMillis());
    } catch (RequestLost e) {
      return lost(e, began);
    } catch (IOException e) {
      return notStarted(e, began);
    } finally {
      soFar = "";
    }
  }

  @Override
  public CommandResult follow(Command command, BooleanSupplier cancelled, Listener listener) {
    long began = clock.nanos();
    AtomicReference<byte[]> last = new AtomicReference<>(new byte[0]);
    try {
      CommandEnd end =
          run(
              command,
              0,
              frame -> {
                last.set(frame.content());
                listener.wrote(frame.content(), frame.content().length);
              },
              cancelled);
      boolean unsaid = end.end() == CommandResult.End.NOT_STARTED;
      String why = unsaid ? new String(last.get(), StandardCharsets.UTF_8) : "";
      return new CommandResult(ended(end), end.exitCode(), why, end.tookMillis());
    } catch (RequestLost e) {
      return lost(e, began);
    } catch (IOException e) {
      return notStarted(e, began);
    }
  }

  private CommandEnd run(Command command, int bytes, Taking taking, BooleanSupplier cancelled)
      throws IOException {
    CommandRequest request =
        new CommandRequest(
            CommandRequest.VERSION,
            CommandRequest.Verb.RUN,
            command.run(),
            command.directory().toString(),
            its(command.environment()),
            command.timeout().toMillis(),
            command.mayLeave(),
            bytes);
    return ask(request, taking, cancelled, command.timeout().plus(SPARE));
  }

  private static CommandResult.End ended(CommandEnd end) throws IOException {
    CommandResult.End how = end.end();
    if (how == null) {
      throw new IOException(end.fault());
    }
    return how;
  }

  private CommandResult notStarted(IOException e, long began) {
    return new CommandResult(
        CommandResult.End.NOT_STARTED,
        null,
        "the runner of commands at " + socket + " cannot be used: " + e.getMessage() + advice(),
        (clock.nanos() - began) / 1_000_000);
  }

  private CommandResult lost(RequestLost e, long began) {
    String why =
        "the runner of commands at %s was asked to run it, and then gave no answer (%s)%s"
            .formatted(socket, e.getMessage(), advice());
    return CommandResult.unknown(why, (clock.nanos() - began) / 1_000_000);
  }

  /** The connection broke after the request was sent: what was asked for may have been done. */
  private static final class RequestLost extends IOException {
    private static final long serialVersionUID = 1L;

    RequestLost(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private String advice() {
    String unit = String.valueOf(socket.getFileName()).replaceFirst("\\.sock$", "");
    return "; systemctl status %s.socket %s.service says more".formatted(unit, unit);
  }

  @Override
  public String outputSoFar(int bytesMax) {
    String text = soFar;
    return text.substring(Math.max(0, text.length() - bytesMax));
  }

  /** HOME is the agent's own unless somebody has said another: then its user's is right. */
  private static Map<String, String> its(Map<String, String> environment) {
    Map<String, String> its = new HashMap<>(environment);
    String home = System.getenv("HOME");
    if (home != null) {
      its.remove("HOME", home);
    }
    return its;
  }

  /** Which entries of a directory processes have in use, as the other user sees them. */
  public ProcessFiles inUse(Path directory) throws IOException {
    CommandRequest request = CommandRequest.of(CommandRequest.Verb.IN_USE, directory.toString());
    ProcessFiles files = done(request, _ -> {}).inUse();
    if (files == null) {
      throw new IOException("the runner does not say what is in use");
    }
    return files;
  }

  /** Deletes what the other user has in a directory. */
  public void clear(Path directory) throws IOException {
    done(CommandRequest.of(CommandRequest.Verb.CLEAR, directory.toString()), _ -> {});
  }

  /** Makes anew in an empty directory of ours what is in one where the other user has built. */
  public void receive(Path place, Path into, Path own, Path state) throws IOException {
    try (TreeReceiver receiver = new TreeReceiver(into, place, own, state)) {
      done(
          CommandRequest.of(CommandRequest.Verb.SEND, place.toString()),
          frame -> {
            if (frame.kind() == Frames.Kind.TREE) {
              receiver.take(frame.content());
            }
          });
    }
  }

  private interface Taking {
    void take(Frames.Frame frame) throws IOException;
  }

  private CommandEnd done(CommandRequest request, Taking taking) throws IOException {
    CommandEnd end = ask(request, taking, () -> false, TREE_WITHIN);
    if (end.fault() != null) {
      throw new IOException(end.fault());
    }
    return end;
  }

  private CommandEnd ask(
      CommandRequest request, Taking taking, BooleanSupplier cancelled, Duration limit)
      throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try (channel) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      try (Frames frames = new Frames(channel)) {
        byte[] json = PullcordJson.write(request).getBytes(StandardCharsets.UTF_8);
        frames.send(Frames.Kind.REQUEST, json, TAKES_WITHIN);
        try {
          return await(frames, taking, cancelled, limit);
        } catch (IOException e) {
          throw request.verb() == CommandRequest.Verb.RUN ? new RequestLost(e) : e;
        }
      }
    }
  }

  private CommandEnd await(Frames frames, Taking taking, BooleanSupplier cancelled, Duration limit)
      throws IOException {
    long end = clock.nanos() + limit.toNanos();
    boolean told = false;
    while (clock.nanos() - end < 0) {
      Optional<Frames.Frame> frame = frames.next(LOOK_EVERY);
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("interrupted");
      }
      if (frame.isPresent() && frame.get().kind() == Frames.Kind.END) {
        return PullcordJson.read(frame.get().content(), CommandEnd.class);
      } else if (frame.isPresent()) {
        taking.take(frame.get());
      } else if (!told && cancelled.getAsBoolean()) {
        told = true;
        frames.send(Frames.Kind.CANCEL, new byte[0], TAKES_WITHIN);
      }
    }
    throw new IOException("it does not answer");
  }

  /** The last of what a command has written. */
  private final class Output implements Taking {
    private final int bytes;
    private byte[] last = new byte[0];

    Output(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public void take(Frames.Frame frame) {
      last = frame.content();
      soFar = masks.tail(last, last.length >= CommandService.SHOWN_BYTES);
    }

    String text() {
      return masks.tail(last, last.length >= bytes);
    }
  }
}
