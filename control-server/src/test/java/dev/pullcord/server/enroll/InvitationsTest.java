package dev.pullcord.server.enroll;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.JoinTokenTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvitationsTest {
  private static final Principal BOB = new Principal("bob", Principal.Role.ADMIN);

  @TempDir Path directory;
  private TestFleet fleet;

  @BeforeEach
  void open() {
    fleet = new TestFleet(directory);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private JoinToken invite(int uses, String ttl) {
    Invitation.Request request =
        new Invitation.Request("web-*", Map.of("role", "grep"), List.of("main"), uses, ttl);
    return JoinToken.parse(fleet.operations.invitations().create(ADA, request).token());
  }

  private void join(JoinToken token, String name) {
    fleet.enrollment.enroll(
        TestFleet.key(name),
        new EnrollRequest(token.id(), token.secret(), new NodeName(name), null),
        TestFleet.FROM);
  }

  private InvitationView only() {
    assertThat(fleet.invitations.list()).hasSize(1);
    return fleet.invitations.list().getFirst();
  }

  @Test
  void whatItAllowsIsListedWithoutItsSecret() {
    JoinToken token = invite(2, "1h");
    assertThat(only())
        .isEqualTo(
            new InvitationView(
                token.id(),
                InvitationView.State.OPEN,
                "ada",
                "web-*",
                Map.of("role", "grep"),
                List.of("main"),
                2,
                2,
                fleet.clock.instant().plus(Duration.ofHours(1))));
    assertThat(PullcordJson.write(fleet.invitations.list())).doesNotContain(token.secret());
  }

  @Test
  void usesAreCountedAlsoThoseOfNodesThatWereRemoved() {
    JoinToken token = invite(2, "1h");
    join(token, "web-1");
    assertThat(only().usesLeft()).isEqualTo(1);
    fleet.operations.nodes().remove(ADA, new NodeName("web-1"));
    join(token, "web-2");
    assertThat(only().uses()).isEqualTo(2);
    assertThat(only().usesLeft()).isZero();
    assertThat(only().state()).isEqualTo(InvitationView.State.USED);
  }

  @Test
  void anExpiredOneIsListedForAMonthAndThoseThatLastLongestAreFirst() {
    invite(1, "1h");
    JoinToken longer = invite(1, "2h");
    assertThat(fleet.invitations.list().getFirst().id()).isEqualTo(longer.id());
    fleet.clock.advance(Duration.ofHours(1));
    assertThat(fleet.invitations.list())
        .extracting(InvitationView::state)
        .containsExactly(InvitationView.State.OPEN, InvitationView.State.EXPIRED);
    fleet.clock.advance(Duration.ofDays(31));
    JoinToken last = invite(1, "1h");
    assertThat(only().id()).isEqualTo(last.id());
  }

  @Test
  void aRevokedOneIsGoneAndTheAuditLogSaysWhoDidIt() {
    JoinToken token = invite(1, "1h");
    fleet.invitations.revoke(BOB, token.id());
    assertThat(fleet.invitations.list()).isEmpty();
    assertThat(fleet.audited("invite.revoke").orElseThrow().who()).isEqualTo("bob");
    assertThat(fleet.audited("invite.revoke").orElseThrow().subject()).isEqualTo(token.id());

    Refusal again =
        catchThrowableOfType(Refusal.class, () -> fleet.invitations.revoke(BOB, token.id()));
    assertThat(again.code()).isEqualTo("INVITATION_MISSING");
    assertThat(Objects.requireNonNull(again.getMessage())).doesNotContain(token.secret());
  }

  @Test
  void moreThanAThousandOpenOnesAreRefused() {
    fleet.store.write(tables -> {
      for (int i = 0; i < Invitations.OPEN_MAX; i++) {
        tables
            .joinTokens()
            .insert(
                new JoinTokenTable.StoredInvitation(
                    "%016x".formatted(i),
                    "hash",
                    "ada",
                    fleet.clock.instant().plusSeconds(60),
                    1,
                    null,
                    Map.of(),
                    List.of("main")));
      }
      return 0;
    });
    Refusal full = catchThrowableOfType(Refusal.class, () -> invite(1, "1h"));
    assertThat(full.code()).isEqualTo("INVITATIONS_FULL");
    fleet.clock.advance(Duration.ofMinutes(1));
    invite(1, "1h");
  }
}
