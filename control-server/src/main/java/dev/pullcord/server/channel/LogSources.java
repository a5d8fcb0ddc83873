package dev.pullcord.server.channel;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.refusal.Refusal;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The logs of the fleet, by the names of nodes. Says why there is none. */
public final class LogSources {
  private final Function<NodeName, Optional<Long>> nodes;
  private final Function<NodeName, Optional<Set<String>>> workers;
  private final LogRelay relay;

  /**
   * Over that relay.
   *
   * @param nodes ids by name
   * @param workers those that a node said it has; empty when it has not said
   */
  public LogSources(
      Function<NodeName, Optional<Long>> nodes,
      Function<NodeName, Optional<Set<String>>> workers,
      LogRelay relay) {
    this.nodes = nodes;
    this.workers = workers;
    this.relay = relay;
  }

  /** Begins to read a node's log, or refuses with the reason. */
  public LogRelay.Reading open(NodeName name, LogRelay.Wish wish) {
    return open(name, wish, new LogRelay.Pieces());
  }

  /** Begins to read the logs of several nodes as one. */
  public JoinedLogs join(Set<NodeName> names, LogRelay.Wish wish) {
    return new JoinedLogs(this, names, wish);
  }

  LogRelay.Reading open(NodeName name, LogRelay.Wish wish, LogRelay.Pieces into) {
    long node =
        nodes
            .apply(name)
            .orElseThrow(() ->
                new Refusal(
                    Refusal.Kind.NOT_FOUND,
                    "NODE_UNKNOWN",
                    "there is no node " + name.value() + "; pullcord nodes lists them",
                    "name"));
    refuseUnknown(name, wish.worker());
    return relay.open(node, name, wish, into);
  }

  /** Whether its node is still the one that was asked, and not removed. */
  public boolean there(NodeName name, LogRelay.Reading reading) {
    return nodes.apply(name).equals(Optional.of(reading.node()));
  }

  /** Of a node that was asked and does not answer. */
  public static Refusal silent(NodeName name, long seconds) {
    return new Refusal(
        Refusal.Kind.CONFLICT,
        "NODE_SILENT",
        name.value()
            + " did not answer within "
            + seconds
            + " s: it has just gone away, or its agent is older than this server; see"
            + " pullcord why "
            + name.value(),
        null);
  }

  private void refuseUnknown(NodeName name, @Nullable String worker) {
    Set<String> known = workers.apply(name).orElse(null);
    if (worker != null && known != null && !known.contains(worker)) {
      throw new Refusal(
          Refusal.Kind.NOT_FOUND,
          "WORKER_MISSING",
          name.value()
              + " has no worker "
              + Quoted.of(worker)
              + (known.isEmpty() ? ", and no other" : ", only ")
              + String.join(", ", new TreeSet<>(known))
              + DidYouMean.of(worker, known),
          "worker");
    }
  }
}
