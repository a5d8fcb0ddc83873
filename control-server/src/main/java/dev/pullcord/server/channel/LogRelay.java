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
import java.util.function.LongSupplier;
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

  /** An agent that lives says something every five seconds, and asks when there is nothing. */
  private static final Duration SILENT_AFTER = Duration.ofSeconds(20);

  private final Asker asker;
  private final LongSupplier nanos;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();

  /** Over that way to the nodes. */
  public LogRelay(Asker asker) {
    this(asker, System::nanoTime);
  }

  LogRelay(Asker asker, LongSupplier nanos) {
    this.asker = asker;
    this.nanos = nanos;
  }

  /** Tells a node something over its open stream. */
  @FunctionalInterface
  public interface Asker {
    /** Whether there was a stream to say it on. */
    boolean ask(long node, ServerEvent event);
  }

  /** Asks a node for a log; {@code name} is for the refusal. */
  public Reading open(long node, NodeName name, Wish wish) {
    return open(node, name, wish, new Pieces());
  }

  /** Asks a node for a log that is read together with others. */
  Reading open(long node, NodeName name, Wish wish, Pieces into) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    Reading reading = new Reading(HexFormat.of().formatHex(id), node, into);
    readings.put(reading.request, reading);
    if (!asker.ask(node, wish.event(reading.request))) {
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
    reading.heard = nanos.getAsLong();
    if (piece.text().isEmpty() && !piece.last()) {
      return true;
    }
    if (!reading.pieces.offer(new Piece(reading, piece))) {
      reading.slow = true; // the agent stops: a piece is missing from here on
      reading.close();
      return false;
    }
    reading.heard = nanos.getAsLong();
    return readings.containsKey(piece.request());
  }

  /**
   * What is wanted of a node's log.
   *
   * @param worker null for all of the node's
   * @param lines so many of the last ones
   * @param follow whether what comes later is wanted, too
   */
  public record Wish(@Nullable String worker, int lines, boolean follow) {
    private ServerEvent event(String request) {
      return new ServerEvent.LogsWanted(request, worker, lines, follow);
    }
  }

  /** A piece, and which log it is of. */
  record Piece(Reading reading, LogLines lines) {}

  /** What has come of one log or several and is not read yet. Who has more to give waits. */
  static final class Pieces {
    private final BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(PIECES_MAX);

    private boolean offer(Piece piece) throws InterruptedException {
      return queue.offer(piece, GIVE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean have(Reading reading) {
      return queue.stream().anyMatch(piece -> piece.reading() == reading);
    }

    Optional<Piece> next(Duration within) throws InterruptedException {
      return Optional.ofNullable(queue.poll(within.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  /** One log of one reader. */
  public final class Reading implements AutoCloseable {
    private final String request;
    private final long node;
    private final Pieces pieces;
    private volatile long heard = nanos.getAsLong();
    private volatile boolean slow;

    private Reading(String request, long node, Pieces pieces) {
      this.request = request;
      this.node = node;
      this.pieces = pieces;
    }

    /** The id of the node whose log it is. */
    long node() {
      return node;
    }

    /** The next piece; empty when none came in that time. */
    public Optional<LogLines> next(Duration within) throws InterruptedException {
      return pieces.next(within).map(Piece::lines);
    }

    /**
     * Why nothing more comes of a log that has not said that it is at its end; empty while more may
     * come, or is here and not read yet.
     */
    public Optional<String> broken() {
      if (pieces.have(this)) {
        return Optional.empty();
      }
      if (slow) {
        return Optional.of(
            "it was read too slowly, and nothing of it was taken for "
                + GIVE_WITHIN.toSeconds()
                + " s");
      }
      return nanos.getAsLong() - heard >= SILENT_AFTER.toNanos()
          ? Optional.of(
              "nothing was heard from the node's agent for " + SILENT_AFTER.toSeconds() + " s")
          : Optional.empty();
    }

    /** From now on the node is told that nobody reads. */
    @Override
    public void close() {
      readings.remove(request);
    }
  }
}
