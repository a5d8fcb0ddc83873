package dev.pullcord.server.channel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The streams that are open, by node, and how many connections these nodes have. */
final class OpenStreams {
  private final Map<Long, List<AgentStream>> open = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final int perNode;

  /** None yet; a node has at most that many. */
  OpenStreams(int perNode) {
    this.perNode = perNode;
  }

  /**
   * Enters a stream of a node.
   *
   * @return those that are too many now, the oldest of that node
   */
  List<AgentStream> enter(long node, AgentStream stream) {
    List<AgentStream> surplus = new ArrayList<>();
    open.compute(
        node,
        (_, streams) -> {
          List<AgentStream> all = new ArrayList<>(streams == null ? List.of() : streams);
          all.add(stream);
          while (all.size() > perNode) {
            surplus.add(all.removeFirst());
          }
          return counted(streams == null ? List.of() : streams, all);
        });
    return surplus;
  }

  /** A stream is over; whether it was the node's last one. */
  boolean leave(long node, AgentStream stream) {
    open.computeIfPresent(
        node,
        (_, streams) -> {
          List<AgentStream> left =
              counted(streams, streams.stream().filter(s -> s != stream).toList());
          return left.isEmpty() ? null : left;
        });
    return !open.containsKey(node);
  }

  private List<AgentStream> counted(List<AgentStream> before, List<AgentStream> after) {
    connections.addAndGet(connections(after) - connections(before));
    return List.copyOf(after);
  }

  /** The streams of a node replace each other, so it has the connections of one. */
  private static int connections(List<AgentStream> streams) {
    return streams.stream().mapToInt(AgentStream::connections).max().orElse(0);
  }

  /** Those of a node, the oldest first. */
  List<AgentStream> of(long node) {
    return open.getOrDefault(node, List.of());
  }

  boolean has(long node) {
    return open.containsKey(node);
  }

  /** Does that with every stream. */
  void each(Consumer<AgentStream> what) {
    all().forEach(streams -> streams.forEach(what));
  }

  /** How many nodes have one. */
  int nodes() {
    return open.size();
  }

  /** How many connections these nodes have, those for requests beside a stream included. */
  int connections() {
    return connections.get();
  }

  /** How many there are. */
  int size() {
    return all().stream().mapToInt(List::size).sum();
  }

  private Collection<List<AgentStream>> all() {
    return open.values();
  }
}
