package dev.pullcord.server.desired;

import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.server.store.Revisions.Incarnation;
import dev.pullcord.server.store.Store;
import java.time.InstantSource;
import java.util.List;

/**
 * Tells decisions of this store from those of a later state of it that is gone: a store that was
 * copied back from a backup counts the same numbers again. Each start is an incarnation of its own.
 * A decision that an agent has seen was made here when its incarnation is known here and had
 * counted that far; else this store is behind.
 */
public final class Incarnations {
  /** So many starts are told apart. */
  static final int KEPT = 500;

  private final List<Incarnation> all;

  private Incarnations(List<Incarnation> all) {
    this.all = all;
  }

  /**
   * Begins another one.
   *
   * @param id random
   */
  public static Incarnations begin(Store store, String id, InstantSource clock) {
    return store.write(tables -> {
      long first = tables.revisions().newest() + 1;
      tables.revisions().begin(new Incarnation(id, first, clock.instant()), KEPT);
      return new Incarnations(tables.revisions().incarnations());
    });
  }

  /** The one that runs now. */
  public String current() {
    return all.getLast().id();
  }

  /**
   * Whether this store made that decision.
   *
   * @param newest the newest number of this store
   */
  public boolean made(SeenDecision seen, long newest) {
    if (seen.revision() > newest) {
      return false;
    }
    String id = seen.incarnation();
    if (id == null) {
      return true;
    }
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).id().equals(id)) {
        return i + 1 == all.size() || seen.revision() < all.get(i + 1).first();
      }
    }
    // So many starts ago that it was forgotten, or never known.
    return all.size() == KEPT && seen.revision() < all.getFirst().first();
  }
}
