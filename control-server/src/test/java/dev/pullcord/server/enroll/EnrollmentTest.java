package dev.pullcord.server.enroll;

import static dev.pullcord.server.TestFleet.ADA;
import static dev.pullcord.server.TestFleet.FROM;
import static dev.pullcord.server.TestFleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrollmentTest {
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

  private JoinToken invite(
      @Nullable String pattern, @Nullable List<String> refs, @Nullable Integer uses) {
    return JoinToken.parse(
        fleet
            .operations
            .invitations()
            .create(ADA, new Invitation.Request(pattern, Map.of("role", "grep"), refs, uses, null))
            .token());
  }

  private EnrollReply enroll(JoinToken token, String key, String name, @Nullable String ref) {
    return fleet.enrollment.enroll(
        key(key), new EnrollRequest(token.id(), token.secret(), new NodeName(name), ref), FROM);
  }

  private Refusal refused(JoinToken token, String key, String name, @Nullable String ref) {
    return catchThrowableOfType(Refusal.class, () -> enroll(token, key, name, ref));
  }

  @Test
  void keyBecomesANodeWithTheTokensLabelsAndDefaultRef() {
    fleet.commits.push("stable", 1);
    fleet.deployments.reconcile();

    EnrollReply reply = enroll(invite(null, List.of("stable", "main"), 1), "k", "web-1", null);

    assertThat(reply).isEqualTo(new EnrollReply(new NodeName("web-1"), "fleet", "stable"));
    assertThat(fleet.model.byKey(key("k")).orElseThrow().settings().labels())
        .containsEntry("role", "grep");
    assertThat(fleet.desired("web-1").commit()).isNotNull();
    assertThat(fleet.audited("node.join").orElseThrow().after()).contains(key("k").value());
  }

  @Test
  void sameKeyAndTokenGetTheSameAnswerAndTakeOneUse() {
    JoinToken token = invite(null, null, 1);
    EnrollReply first = enroll(token, "k", "web-1", null);
    long id = fleet.record("web-1").id();

    fleet = fleet.restarted();

    assertThat(enroll(token, "k", "web-1", null)).isEqualTo(first);
    assertThat(fleet.record("web-1").id()).isEqualTo(id);
    assertThat(fleet.views.summary().nodes()).containsEntry("total", 1);
  }

  @Test
  void wrongUsedExpiredAndRevokedTokensAreRefusedAlikeCountedAndAudited() {
    JoinToken used = invite(null, null, 1);
    enroll(used, "k1", "web-1", null);
    JoinToken expired = invite(null, null, 1);
    fleet.clock.advance(Duration.ofHours(1));
    JoinToken revoked = invite(null, null, 1);
    fleet.invitations.revoke(ADA, revoked.id());
    JoinToken good = invite(null, null, 1);
    JoinToken wrong = new JoinToken(good.serverPin(), good.id(), "00".repeat(32));
    JoinToken unknown = new JoinToken(good.serverPin(), "ff".repeat(8), good.secret());

    for (JoinToken token : List.of(used, expired, revoked, wrong, unknown)) {
      Refusal refusal = refused(token, "k2", "web-2", null);
      assertThat(refusal.kind()).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
      assertThat(refusal.code()).isEqualTo("JOIN_REFUSED");
      assertThat(refusal).hasMessage(refused(unknown, "k2", "web-2", null).getMessage());
    }
    assertThat(fleet.enrollment.refused()).isEqualTo(10);
    fleet.clock.advance(Duration.ofMinutes(1));
    fleet.auditLog.tick();
    assertThat(fleet.audit())
        .filteredOn(e -> e.what().equals("join.refused"))
        .extracting(AuditTable.Act::times)
        .containsExactly(9, 1);
    assertThat(fleet.audited("join.refused").orElseThrow().from()).isEqualTo(FROM);
    assertThat(fleet.audited("join.refused").orElseThrow().after())
        .startsWith("JOIN_REFUSED  ")
        .contains("; the key is ");
    assertThat(enroll(good, "k2", "web-2", null).node()).isEqualTo(new NodeName("web-2"));
  }

  @Test
  void sameKeyAndTokenAreRefusedOnceTheTokenHasExpired() {
    JoinToken token = invite(null, null, 1);
    enroll(token, "k", "web-1", null);
    fleet.clock.advance(Duration.ofHours(1));

    assertThat(refused(token, "k", "web-1", null).code()).isEqualTo("JOIN_REFUSED");
  }

  @Test
  void revokedTokenRepeatsNoAnswerEither() {
    JoinToken token = invite(null, null, 2);
    enroll(token, "k", "web-1", null);
    fleet.invitations.revoke(ADA, token.id());

    assertThat(refused(token, "k", "web-1", null).code()).isEqualTo("JOIN_REFUSED");
    assertThat(fleet.view("web-1").name()).isEqualTo(new NodeName("web-1"));
  }

  @Test
  void countedTokenLetsInAsManyAsItSays() {
    JoinToken token = invite("w-*", null, 2);
    enroll(token, "k1", "w-1", null);
    enroll(token, "k2", "w-2", null);

    assertThat(refused(token, "k3", "w-3", null).code()).isEqualTo("JOIN_REFUSED");
  }

  @Test
  void whatIsRefusedForAnotherReasonTakesNoUse() {
    JoinToken token = invite("w-?", List.of("main"), 1);

    assertThat(refused(token, "k", "web-1", null).code()).isEqualTo("NAME_NOT_ALLOWED");
    assertThat(refused(token, "k", "w-10", null).code()).isEqualTo("NAME_NOT_ALLOWED");
    assertThat(refused(token, "k", "w-1", "secret").code()).isEqualTo("REF_NOT_ALLOWED");
    assertThat(enroll(token, "k", "w-1", "main").ref()).isEqualTo("main");
  }

  @Test
  void takenNameAndTakenKeyAreConflicts() {
    enroll(invite(null, null, 1), "k1", "web-1", null);

    Refusal name = refused(invite(null, null, 1), "k2", "web-1", null);
    Refusal key = refused(invite(null, null, 1), "k1", "web-2", null);

    assertThat(name.code()).isEqualTo("NAME_TAKEN");
    assertThat(key.code()).isEqualTo("KEY_ENROLLED");
    assertThat(name.kind()).isEqualTo(Refusal.Kind.CONFLICT);
  }

  @Test
  void guessingDoesNotFillTheAuditLog() {
    JoinToken wrong = new JoinToken("ab".repeat(32), "00".repeat(8), "00".repeat(32));
    for (int i = 0; i < 70; i++) {
      refused(wrong, "k", "web-1", null);
    }
    assertThat(fleet.enrollment.refused()).isEqualTo(70);
    assertThat(fleet.audit()).filteredOn(e -> e.what().equals("join.refused")).hasSize(1);

    fleet.clock.advance(Duration.ofSeconds(60));
    fleet.auditLog.tick();
    assertThat(fleet.audited("join.refused").orElseThrow().times()).isEqualTo(69);
  }

  @Test
  void removedKeyComesBackWithATokenThatStillCounts() {
    JoinToken token = invite(null, null, 5);
    enroll(token, "k", "web-1", null);
    fleet.operations.nodes().remove(ADA, new NodeName("web-1"));
    assertThat(fleet.model.byKey(key("k"))).isEmpty();

    enroll(token, "k", "web-1", null);

    assertThat(fleet.model.byKey(key("k"))).isPresent();
  }

  /** The store's one writer asks it. */
  @Test
  void aPatternOfManyStarsIsAnsweredAtOnce() {
    String name = "a".repeat(63);
    assertThat(Enrollment.Glob.matches("*a".repeat(31) + "b", name)).isFalse();
    assertThat(Enrollment.Glob.matches("*a".repeat(31), name)).isTrue();
    assertThat(Enrollment.Glob.matches(null, name)).isTrue();
    for (String right : List.of("*", "web-1", "w*", "*1", "w?b-*", "web-1*", "***", "*e*-?")) {
      assertThat(Enrollment.Glob.matches(right, "web-1")).as(right).isTrue();
    }
    for (String wrong : List.of("web", "web-1?", "b*", "*2", "w?-1", "", "web.1", "*web-2*")) {
      assertThat(Enrollment.Glob.matches(wrong, "web-1")).as(wrong).isFalse();
    }
  }
}
