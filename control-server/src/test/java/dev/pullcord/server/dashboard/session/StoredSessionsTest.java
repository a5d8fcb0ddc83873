package dev.pullcord.server.dashboard.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredSessionsTest {
  private static final Principal INIT = new Principal("init", Principal.Role.ADMIN);

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private Store store;
  private ApiTokens tokens;
  private BrowserSessions sessions;
  private Principal ann;
  private String token;

  @BeforeEach
  void start() {
    open();
    token = tokens.create(INIT, new TokenView.Request("ann", "operator", null)).token();
    ann =
        tokens
            .authenticate(token)
            .orElseThrow()
            .from(new AuditTable.Source(AuditTable.Way.DASHBOARD, "10.0.0.7"));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void open() {
    store = TestStore.open(directory.resolve("store.db"));
    tokens = new ApiTokens(store, clock);
    sessions = new BrowserSessions(clock, new StoredSessions(store, tokens));
  }

  private void restart() {
    store.close();
    open();
  }

  private String signIn() {
    String id = ApiTokens.id(token).orElseThrow();
    return sessions.begin(ann, () -> tokens.owner(id).isPresent(), id);
  }

  @Test
  void aRestartSignsNobodyOut() {
    String id = signIn();
    restart();
    assertThat(sessions.find(id)).contains(ann);
    assertThat(sessions.of("ann", id)).singleElement().matches(b -> b.own());
  }

  @Test
  void whoSignedOutStaysSignedOut() {
    String here = signIn();
    String there = signIn();
    sessions.end(here);
    restart();
    assertThat(sessions.find(here)).isEmpty();
    assertThat(sessions.find(there)).isPresent();
    assertThat(sessions.endAll("ann")).isEqualTo(1);
    restart();
    assertThat(sessions.find(there)).isEmpty();
  }

  @Test
  void aTokenThatWasRevokedEndsItOverARestartToo() {
    String id = signIn();
    tokens.revoke(INIT, "ann");
    restart();
    assertThat(sessions.find(id)).isEmpty();
  }

  @Test
  void theTimesOfASessionGoOnOverARestart() {
    String busy = signIn();
    String idle = signIn();
    for (int hour = 0; hour < 3; hour++) {
      clock.advance(Duration.ofHours(1));
      assertThat(sessions.find(busy)).isPresent();
    }
    restart();
    assertThat(sessions.find(busy)).isPresent();
    assertThat(sessions.find(idle)).isEmpty();
    clock.advance(BrowserSessions.LIFE);
    restart();
    assertThat(sessions.find(busy)).isEmpty();
  }

  @Test
  void theStoreDoesNotHaveTheSecret() throws Exception {
    String id = signIn();
    store.close();
    byte[] stored = Files.readAllBytes(directory.resolve("store.db"));
    assertThat(new String(stored, java.nio.charset.StandardCharsets.ISO_8859_1)).doesNotContain(id);
    open();
  }
}
