package dev.pullcord.server.channel;

import dev.pullcord.server.refusal.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that were too many: each is told when to come back, and people are told how many there are,
 * for as long as they ask.
 */
final class TurnedAway {
  private static final Logger LOG = LoggerFactory.getLogger(TurnedAway.class);
  private static final String CROWDED = "TOO_MANY_NODES";
  private static final Duration COME_BACK = Duration.ofSeconds(30);

  /** A node that was turned away has asked again by then: agents add up to 75 s to that time. */
  private static final Duration ASKS = COME_BACK.multipliedBy(4);

  private static final Duration SAID_EVERY = Duration.ofMinutes(1);

  private final NodeRoom room;
  private final InstantSource clock;
  private final Map<Long, Instant> nodes = new ConcurrentHashMap<>();
  private Instant said = Instant.MIN;

  /** Nobody yet. */
  TurnedAway(NodeRoom room, InstantSource clock) {
    this.room = room;
    this.clock = clock;
  }

  /** What a node is told for which there is no room. */
  Refusal tell(long node) {
    Instant now = clock.instant();
    nodes.put(node, now);
    say(now);
    String text = reason() + "; this node tries again by itself";
    int seconds = Math.toIntExact(COME_BACK.toSeconds());
    return new Refusal(Refusal.Kind.UNAVAILABLE, CROWDED, text, null, seconds);
  }

  private synchronized void say(Instant now) {
    if (now.minus(SAID_EVERY).isAfter(said)) {
      said = now;
      alarms().forEach(LOG::warn);
    }
  }

  private String reason() {
    return "this server takes " + room.nodes() + " nodes, as many as fit " + room.limitedBy();
  }

  /** It is connected, or it is gone for good. */
  void forget(long node) {
    nodes.remove(node);
  }

  /** A line while nodes ask in vain. */
  List<String> alarms() {
    Instant since = clock.instant().minus(ASKS);
    nodes.values().removeIf(at -> at.isBefore(since));
    int many = nodes.size();
    return many == 0
        ? List.of()
        : List.of(many + (many == 1 ? " node is" : " nodes are") + " turned away: " + reason());
  }
}
