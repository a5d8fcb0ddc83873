package dev.pullcord.server.dashboard.logs;

import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.refusal.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ends of several nodes' logs. All nodes are asked first, and then waited for together; a
 * node that does not answer in time says so in its place.
 */
public final class LogTails {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  static final int CHARS_MAX = 1 << 20;

  private final Function<NodeName, Optional<Long>> ids;
  private final LogRelay relay;
  private final LongSupplier nanoTime;

  /**
   * Over that relay.
   *
   * @param ids of nodes, by name
   */
  public LogTails(Function<NodeName, Optional<Long>> ids, LogRelay relay, LongSupplier nanoTime) {
    this.ids = ids;
    this.relay = relay;
    this.nanoTime = nanoTime;
  }

  /**
   * The end of one node's log.
   *
   * @param problem why there is none; null when it could be read
   */
  public record Tail(NodeName node, List<String> lines, @Nullable String problem) {
    /** Copies. */
    public Tail {
      lines = List.copyOf(lines);
    }

    /** The lines that have this in them, in whichever case. */
    Tail having(String text) {
      if (text.isEmpty()) {
        return this;
      }
      String wanted = text.toLowerCase(Locale.ROOT);
      return new Tail(
          node,
          lines.stream().filter(l -> l.toLowerCase(Locale.ROOT).contains(wanted)).toList(),
          problem);
    }
  }

  private record Asked(NodeName node, LogRelay.@Nullable Reading reading, String problem) {}

  /** Reads so many lines of each. */
  public List<Tail> read(List<NodeName> nodes, @Nullable String worker, int lines)
      throws InterruptedException {
    List<Asked> asked = nodes.stream().map(n -> ask(n, worker, lines)).toList();
    long deadline = nanoTime.getAsLong() + ANSWER_WITHIN.toNanos();
    List<Tail> tails = new ArrayList<>();
    try {
      for (Asked one : asked) {
        tails.add(
            one.reading() == null
                ? new Tail(one.node(), List.of(), one.problem())
                : collect(one.node(), one.reading(), deadline));
      }
    } finally {
      for (Asked one : asked) {
        if (one.reading() != null) {
          one.reading().close();
        }
      }
    }
    return tails;
  }

  private Asked ask(NodeName node, @Nullable String worker, int lines) {
    try {
      long id =
          ids.apply(node)
              .orElseThrow(() ->
                  new Refusal(
                      Refusal.Kind.NOT_FOUND, "NODE_UNKNOWN", PageSupport.noNode(node), null));
      return new Asked(node, relay.open(id, node, new LogRelay.Wish(worker, lines, false)), "");
    } catch (Refusal e) {
      // The node's name above it leads to its page, which says why.
      String said = e.sentence().replace("; see pullcord why " + node, "");
      return new Asked(node, null, said);
    }
  }

  private Tail collect(NodeName node, LogRelay.Reading reading, long deadline)
      throws InterruptedException {
    StringBuilder text = new StringBuilder();
    while (true) {
      long left = Math.max(0, deadline - nanoTime.getAsLong());
      Optional<LogLines> piece = reading.next(Duration.ofNanos(left));
      if (piece.isEmpty()) {
        String silent = "no answer within " + ANSWER_WITHIN.toSeconds() + " s";
        return new Tail(node, text.toString().lines().toList(), silent);
      }
      text.append(piece.get().text());
      keepTheEnd(text);
      if (piece.get().last()) {
        return new Tail(node, text.toString().lines().toList(), null);
      }
    }
  }

  /** Lines come oldest first, one worker after the other: what is too much goes from the front. */
  static void keepTheEnd(StringBuilder text) {
    int over = text.length() - CHARS_MAX;
    if (over > 0) {
      int line = text.indexOf("\n", over);
      text.delete(0, line < 0 ? over : line + 1);
    }
  }
}
