package dev.pullcord.server.enroll;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.Secrets;
import dev.pullcord.server.store.JoinTokenTable;
import dev.pullcord.server.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes join tokens, lists them and takes them away. The secret is shown once; the store has its
 * hash. One that is taken away is gone, so that it is refused as one that never was.
 */
public final class Invitations {
  /** Expired tokens are kept for so long, so that it can be said of them that they expired. */
  private static final Duration KEPT_AFTER_EXPIRY = Duration.ofDays(30);

  static final int OPEN_MAX = 1000;
  private static final int LISTED_MAX = 2 * OPEN_MAX;

  private final Store store;
  private final InstantSource clock;
  private final String serverPin;
  private final String agentsUrl;

  /**
   * Invitations to that server.
   *
   * @param serverPin SHA-256 of the public key of the agents' port, 64 hex digits
   * @param agentsUrl how nodes reach that port, {@code https://host:8421}
   */
  public Invitations(Store store, InstantSource clock, String serverPin, String agentsUrl) {
    this.store = store;
    this.clock = clock;
    this.serverPin = serverPin;
    this.agentsUrl = agentsUrl;
  }

  /**
   * What a token allows.
   *
   * @param namePattern a glob; null for any name
   * @param labels given to the nodes
   * @param refs the branches they may follow, the first is the default
   * @param uses how many nodes
   * @param ttl for how long
   */
  public record Terms(
      @Nullable String namePattern,
      Map<String, String> labels,
      List<String> refs,
      int uses,
      Duration ttl) {
    /** Copies. */
    public Terms {
      labels = Map.copyOf(labels);
      refs = List.copyOf(refs);
    }
  }

  /**
   * Makes a token; it is on disk when this returns.
   *
   * @throws Refusal 409 {@code INVITATIONS_FULL}
   */
  public Invitation create(Principal who, Terms terms) {
    Instant now = clock.instant();
    JoinToken token = new JoinToken(serverPin, Secrets.hex(8), Secrets.hex(32));
    JoinTokenTable.StoredInvitation row =
        new JoinTokenTable.StoredInvitation(
            token.id(),
            Secrets.hash(token.secret()),
            who.owner(),
            now.plus(terms.ttl()),
            terms.uses(),
            terms.namePattern(),
            terms.labels(),
            terms.refs());
    store.write(tables -> {
      tables.joinTokens().removeExpired(now.minus(KEPT_AFTER_EXPIRY));
      if (tables.joinTokens().open(now) >= OPEN_MAX) {
        throw new Refusal(
            Refusal.Kind.CONFLICT,
            "INVITATIONS_FULL",
            OPEN_MAX
                + " invitations are open; revoke some, or make one with more uses:"
                + " pullcord invitations lists them",
            null);
      }
      tables.joinTokens().insert(row);
      tables.audit().append(who.did(now, "invite", row.id(), null, text(row)));
      return row.id();
    });
    return new Invitation(token.text(), row.expiresAt(), "pullcord-agent join " + agentsUrl, null);
  }

  /** Those that last longest first; used and expired ones for a month after their time. */
  public List<InvitationView> list() {
    Instant now = clock.instant();
    return store.read(tables -> {
      Map<String, Integer> joined = tables.joinTokens().joined();
      return tables.joinTokens().longest(LISTED_MAX).stream()
          .map(row -> view(row, joined.getOrDefault(row.id(), 0), now))
          .toList();
    });
  }

  private static InvitationView view(JoinTokenTable.StoredInvitation row, int joined, Instant now) {
    InvitationView.State state =
        row.usesLeft() < 1
            ? InvitationView.State.USED
            : now.isBefore(row.expiresAt())
                ? InvitationView.State.OPEN
                : InvitationView.State.EXPIRED;
    return new InvitationView(
        row.id(),
        state,
        row.createdBy(),
        row.namePattern(),
        row.labels(),
        row.refs(),
        row.usesLeft() + joined,
        row.usesLeft(),
        row.expiresAt());
  }

  /**
   * Takes an invitation away: when this returns no node joins with it. Nodes that have joined stay.
   *
   * @throws Refusal 404 {@code INVITATION_MISSING}
   */
  public void revoke(Principal who, String id) {
    store.write(tables -> {
      JoinTokenTable.StoredInvitation row =
          tables
              .joinTokens()
              .find(id)
              .orElseThrow(() ->
                  new Refusal(
                      Refusal.Kind.NOT_FOUND,
                      "INVITATION_MISSING",
                      "there is no invitation with that id; pullcord invitations lists them",
                      "id"));
      tables.joinTokens().remove(id);
      tables.audit().append(who.did(clock.instant(), "invite.revoke", id, text(row), null));
      return id;
    });
  }

  private static String text(JoinTokenTable.StoredInvitation row) {
    String nodes = row.usesLeft() == 1 ? "one node" : row.usesLeft() + " nodes";
    String names = row.namePattern() == null ? "" : " named like " + row.namePattern();
    return nodes
        + names
        + " that may follow "
        + String.join(", ", row.refs())
        + ", until "
        + row.expiresAt();
  }
}
