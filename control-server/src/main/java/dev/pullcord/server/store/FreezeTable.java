package dev.pullcord.server.store;

import dev.pullcord.protocol.manifest.node.Window;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Freezes in force, at most one for a branch and a selector. */
public interface FreezeTable {
  /** Freezes; replaces the freeze of that branch and selector. */
  void put(StoredFreeze freeze);

  /** Ends the freeze of that branch and selector, if there is one. */
  void remove(String ref, String selector);

  /** All of them, in order of branch and selector. */
  List<StoredFreeze> all();

  /**
   * An order that nothing new is activated.
   *
   * @param ref on nodes of this branch; empty for every branch
   * @param selector on nodes with these labels; empty for every node
   * @param owner who froze
   * @param reason why
   * @param createdAt when
   * @param expiresAt when it ends by itself
   * @param outside it holds only outside this window; null for all the time
   */
  record StoredFreeze(
      String ref,
      String selector,
      String owner,
      String reason,
      Instant createdAt,
      Instant expiresAt,
      @Nullable Window outside) {
    /** Whether it is the freeze of that branch and selector. */
    public boolean isOf(String branch, String labels) {
      return ref.equals(branch) && selector.equals(labels);
    }

    /** {@code main, role=grep}; {@code the fleet} for all of it. */
    public String scope() {
      String both = ref.isEmpty() || selector.isEmpty() ? "" : ", ";
      return ref.isEmpty() && selector.isEmpty() ? "the fleet" : ref + both + selector;
    }
  }
}
