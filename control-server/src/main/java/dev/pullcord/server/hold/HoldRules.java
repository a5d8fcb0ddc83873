package dev.pullcord.server.hold;

import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.RefTable.BranchHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says whether something new may be activated on a node, and when. Pure: the same rows and the same
 * time have the same answer. To change who is held, change this class and {@link Closure}.
 */
public final class HoldRules {
  /** Nobody is held. */
  public static final HoldRules NONE = new HoldRules(List.of(), List.of());

  /** Freezes and windows that follow upon each other for longer than this have no end in sight. */
  private static final int STEPS_MAX = 50;

  private final List<Closure> closures;

  /**
   * The rules of these rows.
   *
   * @param heads of the branches, with their windows
   */
  public HoldRules(Collection<StoredFreeze> freezes, Collection<BranchHead> heads) {
    List<Closure> all = new ArrayList<>();
    // Of several freezes the one that lasts longest is the reason.
    freezes.stream()
        .sorted(Comparator.comparing(StoredFreeze::expiresAt).reversed())
        .forEach(freeze -> all.add(new Closure.Frozen(freeze)));
    heads.stream()
        .filter(head -> !head.windows().isEmpty())
        .forEach(head -> all.add(new Closure.Windows(head.ref(), head.windows())));
    closures = List.copyOf(all);
  }

  /** Why nothing new may be activated on the node at that time; empty when it may. */
  public Optional<Hold> of(HoldSubject node, Instant at) {
    return all(node, at).stream().findFirst();
  }

  /** All that stands in the way at that time; the first is the one that is named as the reason. */
  public List<Hold> all(HoldSubject node, Instant at) {
    List<Closure> its = closures.stream().filter(closure -> closure.isFor(node)).toList();
    List<Closure> closed = its.stream().filter(closure -> closure.isClosed(at)).toList();
    if (closed.isEmpty()) {
      return List.of();
    }
    Instant until = opens(its, at);
    return closed.stream().map(it -> new Hold(it.reason(at), until, it.freeze())).toList();
  }

  /** The first moment at which none of them is closed; null when that is not foreseen. */
  private static @Nullable Instant opens(List<Closure> its, Instant from) {
    Instant at = from;
    for (int i = 0; i < STEPS_MAX; i++) {
      Instant now = at;
      List<Closure> closed = its.stream().filter(closure -> closure.isClosed(now)).toList();
      for (Closure closure : closed) {
        Optional<Instant> opens = closure.opens(now);
        if (opens.isEmpty()) {
          return null;
        }
        at = opens.get().isAfter(at) ? opens.get() : at;
      }
      if (closed.isEmpty()) {
        return at;
      }
    }
    return null;
  }

  /** What is closed then, as a text: decisions are made anew when it is another one. */
  public String closedAt(Instant at) {
    return closures.stream()
        .filter(closure -> closure.isClosed(at))
        .map(Closure::toString)
        .collect(Collectors.joining());
  }
}
