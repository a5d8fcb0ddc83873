package dev.pullcord.protocol.action;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of orders that it has taken up or refused. Each item is the whole state, and a
 * piece of the output: sent twice it changes nothing.
 *
 * @param items of different orders
 */
public record ActionReports(List<Item> items) {
  /** The output that is kept of one node's run, in characters; of more the end is kept. */
  public static final int OUTPUT_MAX = 1 << 20;

  /** The output of one request, in characters. */
  public static final int PIECE_MAX = 64 << 10;

  /** Copies. */
  public ActionReports {
    items = List.copyOf(items);
  }

  /**
   * One order.
   *
   * @param key of the order
   * @param state never waiting
   * @param outcome how it ended; null while it runs
   * @param from how much of the output stands before {@code text}, in characters
   * @param text whole lines
   * @param kept from where on the node still has the output; what stands before that is lost
   */
  public record Item(
      String key, RunState state, @Nullable Outcome outcome, long from, String text, long kept) {}

  /**
   * How a run ended on a node.
   *
   * @param exitCode when the command ended by itself; null otherwise
   * @param tookMillis from its start; 0 for one that was not begun
   * @param reason in words; empty when it exited 0
   */
  public record Outcome(@Nullable Integer exitCode, long tookMillis, String reason) {}

  /**
   * The server's answer.
   *
   * @param items one for each that was sent
   */
  public record Taken(List<Have> items) {
    /** Copies. */
    public Taken {
      items = List.copyOf(items);
    }
  }

  /**
   * What the server has of an order.
   *
   * @param key of the order
   * @param output how much of the output it has; the next piece begins there
   * @param settled whether it has stored the end, or wants nothing of this order any more
   */
  public record Have(String key, long output, boolean settled) {}
}
