package dev.pullcord.server.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.ApiTokenTable.StoredToken;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTokensTest {
  private static final Principal ADA = new Principal("ada", Principal.Role.OPERATOR);

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void open() {
    store = TestStore.open(directory.resolve("store.db"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private ApiTokens tokens() {
    return new ApiTokens(store, ManualClock.atNewYear());
  }

  @Test
  void tokenStandsForItsOwnerAlsoAfterARestart() {
    String token = tokens().create(ADA, "init");

    assertThat(token).matches("pct_[0-9a-f]{12}_[0-9a-f]{64}");
    assertThat(tokens().authenticate(token)).contains(ADA);
  }

  @Test
  void aTokenThatWasMadeOnAnotherHostOfTheDatabaseWorks() {
    ManualClock clock = ManualClock.atNewYear();
    ApiTokens active = new ApiTokens(new Shared(), clock);
    assertThat(active.authenticate("pct_" + "a".repeat(12) + "_" + "b".repeat(64))).isEmpty();

    String token = tokens().create(ADA, "admin-token");

    assertThat(active.authenticate(token)).as("asked a moment ago").isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(active.authenticate(token)).contains(ADA);
  }

  @Test
  void unknownTokensAskTheDatabaseAtMostOnceASecond() {
    Shared shared = new Shared();
    ApiTokens active = new ApiTokens(shared, ManualClock.atNewYear());
    for (int i = 0; i < 100; i++) {
      active.authenticate("pct_%012x_%s".formatted(i, "b".repeat(64)));
    }
    assertThat(shared.writes).isEqualTo(1);
  }

  @Test
  void whileTheDatabaseIsAwayAnUnknownTokenIsUnknownAndAKnownOneWorks() {
    Shared shared = new Shared();
    StoredTokens active = new StoredTokens(new ApiTokens(shared, ManualClock.atNewYear()));
    String known = active.tokens().create(ADA, "init");
    shared.away = true;
    String unknown = "pct_" + "a".repeat(12) + "_" + "b".repeat(64);

    assertThat(active.authenticate(unknown)).isEmpty();
    assertThat(active.authenticate(known)).contains(ADA);
    assertThat(active.works(known)).isTrue();
  }

  @Test
  void whetherASessionsTokenStillWorksAsksNoStore() {
    Shared shared = new Shared();
    StoredTokens active = new StoredTokens(new ApiTokens(shared, ManualClock.atNewYear()));

    assertThat(active.works("pct_" + "a".repeat(12) + "_" + "b".repeat(64))).isFalse();
    assertThat(active.tokens().owner("a".repeat(12))).isEmpty();
    assertThat(shared.writes).isZero();
  }

  /** The store as servers of several hosts have it, in a database. */
  private final class Shared implements Store {
    private int writes;
    private boolean away;

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
      writes++;
      if (away) {
        return CompletableFuture.failedFuture(new StoreException("STORE_AWAY", "no connection"));
      }
      return store.submit(task);
    }

    @Override
    public <T extends @Nullable Object> T read(Task<T> task) {
      return store.read(task);
    }

    @Override
    public boolean keepsRepository() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void onlyAHashIsStored() {
    String token = tokens().create(ADA, "init");
    String secret = token.substring(token.lastIndexOf('_') + 1);

    var row = store.read(t -> t.apiTokens().all()).getFirst();
    assertThat(row.toString()).doesNotContain(secret);
    assertThat(store.read(t -> t.audit().newest(9)).toString())
        .contains("token.create")
        .doesNotContain(secret);
  }

  @Test
  void aTokenStopsToWorkWhenItExpires() {
    ManualClock clock = ManualClock.atNewYear();
    ApiTokens tokens = new ApiTokens(store, clock);
    String token = tokens.create(ADA, new TokenView.Request("ci", "viewer", "1h")).token();

    clock.advance(Duration.ofMinutes(59));
    assertThat(tokens.authenticate(token)).contains(new Principal("ci", Principal.Role.VIEWER));
    clock.advance(Duration.ofMinutes(1));
    assertThat(tokens.authenticate(token)).isEmpty();
    assertThat(new ApiTokens(store, clock).authenticate(token)).isEmpty();
  }

  @Test
  void anExpiredTokenGivesItsNameAwayAndALivingOneDoesNot() {
    ManualClock clock = ManualClock.atNewYear();
    ApiTokens tokens = new ApiTokens(store, clock);
    TokenView.Request ci = new TokenView.Request("ci", "viewer", "1h");
    tokens.create(ADA, ci);
    assertThatThrownBy(() -> tokens.create(ADA, ci))
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.code()).isEqualTo("NAME_TAKEN"));
    clock.advance(Duration.ofHours(1));
    tokens.create(ADA, ci);
    assertThat(tokens.list()).extracting(TokenView::name).containsExactly("ci");
  }

  private void insert(int number, @Nullable Instant expiresAt) {
    StoredToken row =
        new StoredToken(
            "%012x".formatted(number),
            "job-%04d".formatted(number),
            "viewer",
            "0".repeat(64),
            Instant.EPOCH,
            "ci",
            expiresAt);
    store.write(tables -> {
      tables.apiTokens().insert(row);
      return row.id();
    });
  }

  @Test
  void expiredTokensLeaveTheirPlacesToNewOnesTheOldestFirst() {
    ManualClock clock = ManualClock.atNewYear();
    insert(0, clock.instant().minusSeconds(1));
    insert(1, clock.instant().minusSeconds(2));
    for (int i = 2; i < ApiTokens.TOKENS_MAX; i++) {
      insert(i, null);
    }
    ApiTokens tokens = new ApiTokens(store, clock);

    tokens.create(ADA, new TokenView.Request("first", "viewer", null));
    assertThat(tokens.list())
        .hasSize(ApiTokens.TOKENS_MAX)
        .extracting(TokenView::name)
        .contains("first", "job-0000")
        .doesNotContain("job-0001");
    tokens.create(ADA, new TokenView.Request("second", "viewer", null));
    assertThat(tokens.list()).extracting(TokenView::name).doesNotContain("job-0000");

    assertThatThrownBy(() -> tokens.create(ADA, new TokenView.Request("third", "viewer", null)))
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.code()).isEqualTo("TOKENS_FULL"));
    assertThat(tokens.list()).hasSize(ApiTokens.TOKENS_MAX);
  }

  @Test
  void aRevokedTokenIsNobodyAtOnceAndAfterARestart() {
    ApiTokens tokens = tokens();
    String token = tokens.create(ADA, new TokenView.Request("ci", "viewer", null)).token();
    tokens.revoke(ADA, "ci");

    assertThat(tokens.authenticate(token)).isEmpty();
    assertThat(tokens().authenticate(token)).isEmpty();
    List<AuditTable.Act> audit = store.read(t -> t.audit().newest(9));
    assertThat(audit)
        .extracting(e -> e.who() + " " + e.what() + " " + e.subject())
        .containsExactly("ada token.revoke ci", "ada token.create ci");
    assertThatThrownBy(() -> tokens.revoke(ADA, "ci"))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.code()).isEqualTo("TOKEN_MISSING"));
  }

  @Test
  void theLastAdminThatDoesNotExpireStays() {
    ApiTokens tokens = tokens();
    tokens.create(new Principal("admin", Principal.Role.ADMIN), "init");
    tokens.create(ADA, new TokenView.Request("brief", "admin", "1h"));
    assertThatThrownBy(() -> tokens.revoke(ADA, "admin"))
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.code()).isEqualTo("LAST_ADMIN"));
    tokens.create(ADA, new TokenView.Request("second", "admin", null));
    tokens.revoke(ADA, "admin");
    assertThat(tokens.list()).extracting(TokenView::name).containsExactly("brief", "second");
  }

  @ParameterizedTest
  @CsvSource({
    "'', viewer, 1h, name",
    "a b, viewer, 1h, name",
    "<b>, viewer, 1h, name",
    "../x, viewer, 1h, name",
    "Server, viewer, 1h, name",
    "ann, root, 1h, role",
    "ann, ADMIN, 1h, role",
    "ann, viewer, 1s, ttl",
    "ann, viewer, 4000d, ttl",
    "ann, viewer, soon, ttl"
  })
  void refusesWhatCannotBeAndNamesTheField(String name, String role, String ttl, String field) {
    assertThatThrownBy(() -> tokens().create(ADA, new TokenView.Request(name, role, ttl)))
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.field()).isEqualTo(field));
    assertThat(tokens().list()).isEmpty();
  }

  @Test
  void everythingElseIsNobody() {
    ApiTokens tokens = tokens();
    String token = tokens.create(ADA, "init");
    String last = token.endsWith("0") ? "1" : "0";

    assertThat(tokens.authenticate(token.substring(0, token.length() - 1) + last)).isEmpty();
    assertThat(tokens.authenticate("pct_" + "0".repeat(12) + token.substring(16))).isEmpty();
    assertThat(tokens.authenticate(token + " ")).isEmpty();
    assertThat(tokens.authenticate("")).isEmpty();
    assertThat(tokens.authenticate("x".repeat(100_000))).isEmpty();
  }
}
