package dev.pullcord.server.contact;

import dev.pullcord.server.store.NodeContact.Speaker;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The starts of an agent that were heard of with one node's key, and whether two of them live.
 *
 * <p>A host that restarts its agent, reboots, gets another address or goes back to a snapshot of
 * its memory has one start at a time: another one takes over, and the one before is never heard of
 * again. Two hosts are heard of in turns. So the alarm needs all of it: A, then B, then A again,
 * then B again. A request of A that was on its way when B began does not count. Not for use by
 * several threads.
 */
final class Speakers {
  /** A request may be on its way for so long. */
  static final Duration IN_FLIGHT = Duration.ofSeconds(3);

  /** Who was silent for so long is gone: an agent that lives is heard of every 15 s. */
  static final Duration SILENT = Duration.ofMinutes(2);

  private static final int MAX = 8;

  private final Map<String, Voice> voices = new LinkedHashMap<>();
  private String latest = "";

  /** Those of each node; for use by several threads. */
  static final class OfNodes {
    private final Map<Long, Speakers> nodes = new ConcurrentHashMap<>();

    <T> T of(long node, Function<Speakers, T> use) {
      Speakers heard = nodes.computeIfAbsent(node, _ -> new Speakers());
      synchronized (heard) {
        return use.apply(heard);
      }
    }

    int size() {
      return nodes.size();
    }

    /** Forgets those of nodes that are there no more. */
    void keep(LongPredicate there) {
      nodes.keySet().removeIf(node -> !there.test(node));
    }
  }

  private record Voice(Speaker who, Instant first, Instant last, @Nullable Instant returned) {}

  /**
   * Two that live.
   *
   * @param before that was known first
   * @param after that came later
   */
  record Pair(Speaker before, Speaker after) {}

  /** Somebody was heard of; returns the two that live, if there are two. */
  Optional<Pair> heard(Speaker who, Instant now) {
    Voice known = voices.get(who.start());
    if (known == null) {
      enter(new Voice(who, now, now, null));
      return Optional.empty();
    }
    Voice other = voices.get(latest);
    if (other == null || latest.equals(who.start())) {
      voices.put(who.start(), new Voice(who, known.first(), now, known.returned()));
      return Optional.empty();
    }
    if (now.isBefore(other.first().plus(IN_FLIGHT))) {
      return Optional.empty();
    }
    voices.put(who.start(), new Voice(who, known.first(), now, now));
    latest = who.start();
    Instant otherReturned = other.returned();
    boolean inTurns = otherReturned != null && now.isBefore(otherReturned.plus(SILENT));
    if (!inTurns) {
      return Optional.empty();
    }
    boolean known1st = known.first().isBefore(other.first());
    return Optional.of(known1st ? new Pair(who, other.who()) : new Pair(other.who(), who));
  }

  private void enter(Voice voice) {
    if (voices.size() == MAX) {
      voices.remove(voices.keySet().iterator().next());
    }
    voices.put(voice.who().start(), voice);
    latest = voice.who().start();
  }

  /** Whether it was heard of lately; a start that was never heard of counts from then on. */
  boolean speaks(Speaker who, Instant now, Instant countedFrom) {
    Voice voice = voices.get(who.start());
    Instant last = voice == null ? countedFrom : voice.last();
    return now.isBefore(last.plus(SILENT));
  }

  /** It has said goodbye. */
  void ended(String start) {
    voices.remove(start);
  }
}
