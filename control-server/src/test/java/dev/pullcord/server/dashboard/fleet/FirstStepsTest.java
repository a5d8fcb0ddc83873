package dev.pullcord.server.dashboard.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.tokens.InvitationPages;
import dev.pullcord.server.security.token.ApiTokens;
import java.io.IOException;
import java.nio.file.Path;
import org.jsoup.nodes.Document;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fleet without a node says to those who may do what is missing, and to the others. */
class FirstStepsTest {
  @TempDir Path directory;
  private TestFleet fleet;
  private Browser browser;

  @BeforeEach
  void start() {
    fleet = new TestFleet(directory);
    browser =
        new Browser(
            new ApiTokens(fleet.store, fleet.clock),
            fleet.clock,
            new InvitationPages(fleet.operations.invitations(), fleet.invitations, fleet.commits));
  }

  @AfterEach
  void stop() {
    browser.close();
    fleet.close();
  }

  @Test
  void anAdminGetsTheJoinCommandAtTheButtonAndNotBefore() throws IOException {
    browser.signIn("ann", "admin");
    Document page = browser.get("/ui").page();
    assertThat(fleet.invitations.list()).isEmpty();
    Elements form = page.select(".steps form");
    assertThat(form.text()).isEqualTo("Make the join command");

    Browser.Answer made =
        browser.submit(
            form.attr("action"),
            "uses",
            form.select("[name=uses]").attr("value"),
            "ttl",
            form.select("[name=ttl]").attr("value"));
    assertThat(made.status()).isEqualTo(201);
    String token = made.page().select("#token").text();
    assertThat(made.page().select("#join").text())
        .isEqualTo("PULLCORD_JOIN_TOKEN=" + token + " pullcord-agent join https://control:8421");
    assertThat(fleet.invitations.list().getFirst().id()).isEqualTo(JoinToken.parse(token).id());
    assertThat(fleet.invitations.list().getFirst().uses()).isEqualTo(1);
  }

  @Test
  void othersAreToldWhomToAsk() throws IOException {
    browser.signIn("bob", "viewer");
    Document page = browser.get("/ui").page();
    assertThat(page.select(".steps form")).isEmpty();
    assertThat(page.select(".steps").text())
        .contains("it takes an operator's, and yours is a viewer's")
        .contains("Ask an admin for a join command");
    browser.signIn("eve", "operator");
    assertThat(browser.get("/ui").page().select(".steps").text())
        .doesNotContain("yours is a viewer's")
        .contains("Ask an admin for a join command");
  }

  @Test
  void theFirstPushIsSpelledOutToTheLast() throws IOException {
    browser.signIn("bob", "operator");
    assertThat(browser.get("/ui").page().select(".commands [data-copy]").eachAttr("data-copy"))
        .contains(
            """
            pullcord login http://127.0.0.1:8420
            git remote add pullcord http://127.0.0.1:8420/git/fleet.git
            git push pullcord HEAD:main\
            """);
  }
}
