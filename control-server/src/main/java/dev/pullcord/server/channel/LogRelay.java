package dev.pullcord.server.channel;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.refusal.Refusal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes logs on: a reader asks, the node is told over its event stream, and posts pieces that wait
 * here for a moment. A node that does not answer, a reader that is slow or gone, and too many
 * readers are this room's: each ends that one reading and nothing else. Only the node that was
 * asked can answer.
 */
public final class LogRelay {
  private static final int PIECES_MAX = 16;
  private static final int ID_BYTES = 16;
  private static final Duration GIVE_WITHIN = Duration.ofSeconds(10);

  private final Asker asker;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();

  /** Over that way to the nodes. */
  public LogRelay(Asker asker) {
    this.asker = asker;
  }

  /** Tells a node something over its open stream. */
  @FunctionalInterface
  public interface Asker {
    /** Whether there was a stream to say it on. */
    boolean ask(long node, ServerEvent event);
  }

  /**
   * Asks a node for a log.
   *
   * @param node its id
   * @param name its name, for the refusal
   * @param worker null for all of the node's
   * @param lines so many of the last ones
   * @param follow whether what comes later is wanted, too
   */
  public Reading open(
      long node, NodeName name, @Nullable String worker, int lines, boolean follow) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    Reading reading = new Reading(HexFormat.of().formatHex(id), node);
    readings.put(reading.request, reading);
    if (!asker.ask(node, new ServerEvent.LogsWanted(reading.request, worker, lines, follow))) {
      reading.close();
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "NODE_NOT_CONNECTED",
          name.value()
              + " is not connected, so its log cannot be asked for; see"
              + " pullcord why "
              + name.value(),
          null);
    }
    return reading;
  }

  /** A piece from a node; whether anybody wants more of it. */
  public boolean take(long node, LogLines piece) throws InterruptedException {
    Reading reading = readings.get(piece.request());
    if (reading == null || reading.node != node) {
      return false;
    }
    if (piece.text().isEmpty() && !piece.last()) {
      return true;
    }
    boolean taken = reading.pieces.offer(piece, GIVE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    return taken && readings.containsKey(piece.request());
  }

  /** One reader's. */
  public final class Reading implements AutoCloseable {
    private final String request;
    private final long node;
    private final BlockingQueue<LogLines> pieces = new ArrayBlockingQueue<>(PIECES_MAX);

    private Reading(String request, long node) {
      this.request = request;
      this.node = node;
    }

    /** The next piece; empty when none came in that time. */
    public Optional<LogLines> next(Duration within) throws InterruptedException {
      return Optional.ofNullable(pieces.poll(within.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** From now on the node is told that nobody reads. */
    @Override
    public void close() {
      readings.remove(request);
    }
  }
}
