package dev.pullcord.agent.rights.runner;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.host.process.ProcessFiles;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runner of commands: does for the agent what comes from the repository, as its own user. It
 * listens on a socket that systemd has made for the agent's user alone, and asks the kernel who has
 * connected. A connection is one request. When it goes, its command is killed whole.
 */
public final class CommandService {
  private static final Logger LOG = LoggerFactory.getLogger(CommandService.class);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
  private static final int CONNECTIONS_MAX = 32;
  private static final long SHOWN_EVERY_NANOS = 300_000_000;
  static final int SHOWN_BYTES = 16 << 10;

  private final Path temporary;
  private final HostClock clock;
  private final Semaphore free = new Semaphore(CONNECTIONS_MAX);

  /**
   * A runner.
   *
   * @param temporary where outputs are kept while commands run
   */
  public CommandService(Path temporary, HostClock clock) {
    this.temporary = temporary;
    this.clock = clock;
  }

  /** Serves until the socket is closed. */
  public void serve(ServerSocketChannel socket, String agent) throws IOException {
    while (true) {
      SocketChannel connection = socket.accept();
      String who = connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      if (!who.equals(agent)) {
        LOG.warn("user {} is not {} and was refused", who, agent);
        connection.close();
      } else if (!free.tryAcquire()) {
        LOG.warn("more than {} requests at once", CONNECTIONS_MAX);
        connection.close();
      } else {
        var unused = LastingThreads.brief("command", () -> serve(connection));
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (Frames frames = new Frames(connection)) {
      Optional<Frames.Frame> first = frames.next(ANSWERS_WITHIN);
      long end = clock.nanos() + ANSWERS_WITHIN.toNanos();
      while (first.isEmpty() && clock.nanos() - end < 0) {
        first = frames.next(ANSWERS_WITHIN);
      }
      if (first.isPresent() && first.get().kind() == Frames.Kind.REQUEST) {
        CommandRequest request = PullcordJson.read(first.get().content(), CommandRequest.class);
        CommandEnd answer = answer(request, frames);
        frames.send(Frames.Kind.END, json(answer), ANSWERS_WITHIN);
      }
    } catch (IOException e) {
      LOG.debug("a connection has ended: {}", e.toString());
    } finally {
      free.release();
    }
  }

  private static byte[] json(CommandEnd end) {
    return PullcordJson.write(end).getBytes(StandardCharsets.UTF_8);
  }

  private CommandEnd answer(CommandRequest request, Frames frames) throws IOException {
    if (request.version() != CommandRequest.VERSION) {
      return CommandEnd.failed(
          "pullcord-commands speaks version %d, and the agent %d:"
                  .formatted(CommandRequest.VERSION, request.version())
              + " systemctl restart pullcord-commands");
    }
    Path directory = Path.of(request.directory());
    try {
      return switch (request.verb()) {
        case RUN -> run(request, frames);
        case SEND -> {
          new TreeSender(frames, ANSWERS_WITHIN).send(directory);
          yield CommandEnd.done();
        }
        case CLEAR -> {
          try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
              FileTrees.delete(entry);
            }
          }
          yield CommandEnd.done();
        }
        case IN_USE -> new CommandEnd(null, null, 0, null, ProcessFiles.below(directory));
      };
    } catch (IOException e) {
      return CommandEnd.failed(FileFault.of(e));
    }
  }

  private CommandEnd run(CommandRequest request, Frames frames) throws IOException {
    LocalCommands runner = new LocalCommands(temporary, clock);
    Map<String, String> environment = new HashMap<>(request.environment());
    environment.putIfAbsent("HOME", Objects.requireNonNullElse(System.getenv("HOME"), "/"));
    keeps(environment);
    Command command =
        new Command(
            request.run(),
            Path.of(request.directory()),
            environment,
            Duration.ofMillis(request.timeoutMillis()),
            request.mayLeave(),
            null);
    Asked asked = new Asked(runner, frames);
    boolean follows = request.outputBytes() == 0;
    CommandResult result =
        follows
            ? runner.follow(command, asked::isCancelled, asked::wrote)
            : runner.run(command, asked::isCancelled, request.outputBytes());
    if (asked.gone) {
      throw new IOException("the agent has gone");
    }
    boolean unsaid = !follows || result.end() == CommandResult.End.NOT_STARTED;
    if (unsaid) {
      byte[] output = result.output().getBytes(StandardCharsets.UTF_8);
      frames.send(Frames.Kind.OUTPUT, output, ANSWERS_WITHIN);
    }
    return new CommandEnd(result.end(), result.exitCode(), result.tookMillis(), null, null);
  }

  /** What a worker keeps is in a directory of its own user's, who makes it. */
  private static void keeps(Map<String, String> environment) throws IOException {
    String all = System.getenv("STATE_DIRECTORY");
    String kept = environment.get("PULLCORD_STATE");
    if (all != null && kept != null && Path.of(kept).startsWith(all)) {
      AtomicFiles.createPrivateDirectories(Path.of(kept));
    }
  }

  /** What the agent says while its command runs, and what it is shown. */
  private final class Asked {
    private final LocalCommands runner;
    private final Frames frames;
    private boolean gone;
    private long shownAt = clock.nanos();
    private String shown = "";

    Asked(LocalCommands runner, Frames frames) {
      this.runner = runner;
      this.frames = frames;
    }

    /** Sent as it is; the agent puts it together. */
    void wrote(byte[] bytes, int length) {
      if (gone) {
        return;
      }
      try {
        frames.send(Frames.Kind.OUTPUT, Arrays.copyOf(bytes, length), ANSWERS_WITHIN);
      } catch (IOException e) {
        gone = true;
      }
    }

    boolean isCancelled() {
      if (gone) {
        return true;
      }
      try {
        show();
        return frames.next(Duration.ZERO).isPresent();
      } catch (IOException e) {
        gone = true;
        return true;
      }
    }

    private void show() throws IOException {
      if (clock.nanos() - shownAt < SHOWN_EVERY_NANOS) {
        return;
      }
      shownAt = clock.nanos();
      String now = runner.outputSoFar(SHOWN_BYTES);
      if (!now.equals(shown)) {
        shown = now;
        frames.send(Frames.Kind.OUTPUT, now.getBytes(StandardCharsets.UTF_8), ANSWERS_WITHIN);
      }
    }
  }
}
