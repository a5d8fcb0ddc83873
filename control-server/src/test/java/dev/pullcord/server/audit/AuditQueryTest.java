package dev.pullcord.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditQueryTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private static AuditTable.Filter since(String text) {
    return new AuditQuery(null, null, null, text, null).filter(NOW);
  }

  private static AuditTable.Filter outcome(@Nullable String text) {
    return new AuditQuery(null, null, null, null, text).filter(NOW);
  }

  private static Refusal refused(Runnable query) {
    return Objects.requireNonNull(catchThrowableOfType(Refusal.class, query::run));
  }

  @Test
  void nothingAskedForIsEverything() {
    AuditQuery query = new AuditQuery(null, " ", "", null, "\t");
    assertThat(query.any()).isFalse();
    assertThat(query.filter(NOW)).isEqualTo(AuditTable.Filter.ALL);
  }

  @Test
  void whatIsAskedForIsTakenWithoutItsSpaces() {
    AuditQuery query = new AuditQuery(" ada ", "token", "a", null, null);
    assertThat(query.any()).isTrue();
    assertThat(query.filter(NOW)).isEqualTo(new AuditTable.Filter("ada", "token", "a", null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "2h, 2026-01-31T10:00:00Z",
    "7d, 2026-01-24T12:00:00Z",
    "2026-01-30T00:00:00Z, 2026-01-30T00:00:00Z",
    "-999999999-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
    "+999999999-01-01T00:00:00Z, 2026-01-31T12:00:00Z",
  })
  void sinceIsATimeAgoOrAMoment(String text, Instant moment) {
    assertThat(since(text).since()).isEqualTo(moment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2026-01-30", "-2h", "2"})
  void whatIsNeitherIsRefusedWithBothForms(String text) {
    Refusal refusal = refused(() -> since(text));
    assertThat(refusal.code()).isEqualTo("PARAMETER");
    assertThat(refusal.field()).isEqualTo("since");
    assertThat(refusal.getMessage()).contains(text, "2h or 7d", "2026-01-31T12:00:00Z");
  }

  @Test
  void theOutcomeIsDoneOrRefused() {
    assertThat(outcome(null).refused()).isNull();
    assertThat(outcome("done").refused()).isFalse();
    assertThat(outcome("refused").refused()).isTrue();
    assertThat(refused(() -> outcome("failed")).getMessage())
        .isEqualTo("\"failed\" is neither done nor refused");
  }

  @Test
  void whatIsTooLongIsRefusedByItsName() {
    Refusal refusal = refused(() -> new AuditQuery("x".repeat(257), null, null, null, null));
    assertThat(refusal.field()).isEqualTo("who");
    assertThat(new AuditQuery("x".repeat(256), null, null, null, null).any()).isTrue();
  }
}
