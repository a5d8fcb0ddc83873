package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who did what, when, and what it was before and after. Never holds a secret. */
public interface Audit {
  /** Adds an entry. */
  void append(Entry entry);

  /** The newest first. */
  List<Entry> newest(int limit);

  /**
   * One act, or one that was refused.
   *
   * @param at by the server's clock
   * @param who the owner of the token, the node, or {@code server}
   * @param what {@code pin}, {@code node.remove}, {@code join.refused}, …
   * @param subject what it was done to
   * @param before null where there was nothing
   * @param after null where there is nothing now
   */
  record Entry(
      Instant at,
      String who,
      String what,
      String subject,
      @Nullable String before,
      @Nullable String after) {}
}
