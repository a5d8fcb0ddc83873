package dev.pullcord.server.security;

import dev.pullcord.server.store.AuditTable;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A person or a script, known by its token.
 *
 * @param owner the token's owner
 * @param role what it may do
 * @param from where the request that it makes comes from; null outside of one
 */
public record Principal(String owner, Role role, AuditTable.@Nullable Source from) {
  /** Somebody who makes no request at the moment. */
  public Principal(String owner, Role role) {
    this(owner, role, null);
  }

  /** The same, who makes a request from there. */
  public Principal from(AuditTable.Source source) {
    return new Principal(owner, role, source);
  }

  /** What the audit log says of an act of theirs. */
  public AuditTable.Act did(
      Instant at, String what, String subject, @Nullable String before, @Nullable String after) {
    return new AuditTable.Act(at, owner, from, what, subject, before, after, false, 1);
  }

  /** Each role may do what the ones before it may. */
  public enum Role {
    /** Sees the wall, and nothing else. */
    WALL,
    /** Reads. */
    VIEWER,
    /** Pins, retries, pushes. */
    OPERATOR,
    /** Invites and removes nodes, and everything else. */
    ADMIN;

    /** As people, the API and the store call it: {@code viewer}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
