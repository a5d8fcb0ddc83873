package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.security.Principal;
import java.time.Duration;
import java.util.List;

/** Checks what an invitation is asked for, and makes it. */
public final class InvitationOperations {
  private final Invitations invitations;
  private final VersionLookup versions;

  InvitationOperations(Invitations invitations, VersionLookup versions) {
    this.invitations = invitations;
    this.versions = versions;
  }

  /** Makes a join token. */
  public Invitation create(Principal who, Invitation.Request request) {
    List<String> refs = request.refs() == null ? List.of() : request.refs();
    refs.forEach(r -> OrderChecks.branch("refs", r));
    Duration ttl =
        request.ttl() == null
            ? Duration.ofHours(1)
            : OrderChecks.duration(
                "ttl", request.ttl(), Duration.ofMinutes(1), Duration.ofDays(30));
    int uses = request.uses() == null ? 1 : request.uses();
    if (uses < 1 || uses > 1000) {
      throw OrderChecks.malformed("uses", "uses: " + uses + " is not between 1 and 1000");
    }
    Invitations.Terms terms =
        new Invitations.Terms(
            OrderChecks.namePattern(request.namePattern()),
            OrderChecks.labels(request.labels()),
            refs.isEmpty() ? List.of(versions.defaultBranch()) : refs,
            uses,
            ttl);
    Invitation made = invitations.create(who, terms);
    // A branch may be pushed later than its nodes are invited, so this is no reason to refuse.
    return refs.stream()
        .flatMap(ref -> versions.missing(ref).stream())
        .findFirst()
        .map(what -> made.noting(what + "; its nodes wait until it is pushed"))
        .orElse(made);
  }
}
