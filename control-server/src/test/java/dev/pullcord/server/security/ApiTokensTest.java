package dev.pullcord.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.SqliteStore;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiTokensTest {
  private static final Principal ADA = new Principal("ada", Principal.Role.OPERATOR);

  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void open() {
    store = SqliteStore.open(directory.resolve("store.db"));
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
