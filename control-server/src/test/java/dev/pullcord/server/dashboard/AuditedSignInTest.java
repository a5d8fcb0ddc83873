package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.Told;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.dashboard.tokens.TokenPages;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log is told of browsers. */
class AuditedSignInTest {
  private static final AuditTable.Source HERE =
      new AuditTable.Source(AuditTable.Way.DASHBOARD, "127.0.0.1");

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private final Told told = new Told();
  private Store store;
  private Browser browser;

  @BeforeEach
  void start() {
    store = TestStore.open(directory.resolve("store.db"));
    ApiTokens tokens = new ApiTokens(store, clock);
    browser = new Browser(told, tokens, clock, new TokenPages(tokens));
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private AuditTable.Act last() {
    return told.entries().getLast();
  }

  @Test
  void signingInAndOutIsTold() throws IOException {
    browser.signIn("ann", "admin");
    assertThat(last().what()).isEqualTo("sign-in");
    assertThat(last().who()).isEqualTo("ann");
    assertThat(last().from()).isEqualTo(HERE);
    browser.submit("/ui/sign-out");
    assertThat(last().what()).isEqualTo("sign-out");
    browser.signIn("bob", "viewer");
    browser.submit("/ui/sign-out-everywhere");
    assertThat(last().subject()).isEqualTo("one browser");
    assertThat(told.entries()).hasSize(4).noneMatch(AuditTable.Act::refused);
  }

  @Test
  void signInThatFailsIsToldWithoutWhatWasTyped() throws IOException {
    for (int i = 0; i < 11; i++) {
      assertThat(browser.signIn("my-guess").status()).isEqualTo(i < 10 ? 401 : 429);
    }
    assertThat(told.entries())
        .hasSize(11)
        .allSatisfy(e -> {
          assertThat(e.what()).isEqualTo("sign-in.failed");
          assertThat(e.who()).isEqualTo(AuditTrail.UNKNOWN);
          assertThat(e.from()).isEqualTo(HERE);
          assertThat(e.refused()).isTrue();
          assertThat(e.toString()).doesNotContain("my-guess");
        });
    assertThat(told.entries().getFirst().after()).isEqualTo("the token does not work here");
    assertThat(last().after()).isEqualTo("too many wrong ones before it");
  }

  @Test
  void pageAndFormWithoutThePermissionAreToldWithWho() throws IOException {
    browser.signIn("bob", "viewer");
    assertThat(browser.get("/ui/tokens").status()).isEqualTo(403);
    assertThat(last().after()).isEqualTo("GET needs the role admin, not viewer");
    assertThat(browser.submit("/ui/tokens/ann/revoke").status()).isEqualTo(403);
    assertThat(last().what()).isEqualTo("denied");
    assertThat(last().who()).isEqualTo("bob");
    assertThat(last().subject()).isEqualTo("/ui/tokens/ann/revoke");
    assertThat(last().after()).isEqualTo("POST needs the role admin, not viewer");
  }

  @Test
  void formThatIsNotOursIsTold() throws IOException {
    browser.signIn("ann", "admin");
    browser.post("/ui/tokens", "form", "x", "name", "evil", "role", "admin");
    assertThat(last().what()).isEqualTo("form.refused");
    assertThat(last().who()).isEqualTo("ann");
  }

  @Test
  void whatIsDoneWithATokensPageHasTheBrowsersAddress() throws IOException {
    browser.signIn("ann", "admin");
    browser.submit("/ui/tokens", "name", "ci", "role", "viewer", "ttl", "");
    browser.submit("/ui/tokens/ci/revoke");
    List<AuditTable.StoredAct> newest =
        store.read(t -> t.audit().page(AuditTable.Filter.ALL, 99, 2));
    assertThat(newest)
        .extracting(AuditTable.StoredAct::entry)
        .allSatisfy(e -> {
          assertThat(e.who()).isEqualTo("ann");
          assertThat(e.from()).isEqualTo(HERE);
        })
        .extracting(AuditTable.Act::what)
        .containsExactly("token.revoke", "token.create");
  }
}
