package dev.pullcord.server.audit;

import dev.pullcord.server.store.AuditTable;
import org.jspecify.annotations.Nullable;

/**
 * Where it is told what people and nodes do that changes nothing in the store, and what they are
 * refused. Returns at once; what is done within a transaction goes to the log with it instead.
 */
public interface AuditTrail {
  /**
   * Something was done.
   *
   * @param who the owner of a token, or a node
   * @param what {@code sign-in}, {@code push}, …
   * @param subject what it was done to
   */
  void done(
      String who,
      AuditTable.@Nullable Source from,
      String what,
      String subject,
      @Nullable String before,
      @Nullable String after);

  /**
   * Something was refused.
   *
   * @param who as far as it is known, else {@link #UNKNOWN}
   * @param what {@code denied}, {@code sign-in.failed}, …
   * @param subject what it would have been done to
   * @param why never with what was tried as a secret
   */
  void refused(String who, AuditTable.Source from, String what, String subject, String why);

  /** Somebody whose token or key does not count. */
  String UNKNOWN = "unknown";
}
