package dev.pullcord.server.dashboard.tokens;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.JoinTokenTable;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvitationPagesTest {
  private static final String PAGE = "/ui/invitations";
  private static final String COMMAND = " pullcord-agent join https://control:8421";

  @TempDir Path directory;
  private TestFleet fleet;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    fleet = new TestFleet(directory);
    browser =
        new Browser(
            new ApiTokens(fleet.store, fleet.clock),
            fleet.clock,
            new InvitationPages(fleet.operations.invitations(), fleet.invitations, fleet.commits));
    browser.signIn("ann", "admin");
  }

  @AfterEach
  void stop() {
    browser.close();
    fleet.close();
  }

  private Browser.Answer make(String pattern, String labels, String refs, String uses, String ttl)
      throws IOException {
    return browser.submit(
        PAGE, "pattern", pattern, "labels", labels, "refs", refs, "uses", uses, "ttl", ttl);
  }

  private Document page() throws IOException {
    Browser.Answer answer = browser.get(PAGE);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.page();
  }

  private void join(JoinToken token, String name) {
    fleet.enrollment.enroll(
        TestFleet.key(name),
        new EnrollRequest(token.id(), token.secret(), new NodeName(name), null),
        TestFleet.FROM);
  }

  @Test
  void withoutAnInvitationThePageSaysWhatOneIsFor() throws IOException {
    assertThat(page().select("[aria-label='Open invitations']").text())
        .contains("no new node can join. Make one for each node");
    assertThat(page().select("tbody")).isEmpty();
    assertThat(fleet.invitations.list()).as("looking makes nothing").isEmpty();
  }

  @Test
  void theCommandIsShownOnceAndLetsANodeInUntilTheInvitationIsRevoked() throws IOException {
    Browser.Answer made = make("web-*", "role=grep, dc=sea", "", "3", "2h");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String text = made.page().select("#token").text();
    JoinToken token = JoinToken.parse(text);
    assertThat(made.page().select("#join").text())
        .isEqualTo("PULLCORD_JOIN_TOKEN=" + text + COMMAND);
    assertThat(made.page().select("#join + [data-copy]").attr("data-copy"))
        .isEqualTo("PULLCORD_JOIN_TOKEN=" + text + COMMAND);
    assertThat(made.text()).contains("only names like web-* are let in");

    join(token, "web-1");
    Document again = page();
    assertThat(again.html()).doesNotContain(text).doesNotContain(token.secret());
    assertThat(again.select("#invitation-" + token.id()).text())
        .isEqualTo(
            token.id()
                + " by ann web-* dc=searole=grep main 2 of 3 left in 2h Revoke…"
                + " No node joins with it any more, from now on; the 1 that did stay."
                + " Revoke it now");

    assertThat(browser.submit(PAGE + "/" + token.id() + "/revoke").status()).isEqualTo(303);
    again = page();
    assertThat(again.select(".note.good").text())
        .isEqualTo("The invitation " + token.id() + " is revoked: no node joins with it any more.");
    assertThat(again.select("tbody")).isEmpty();
    assertThat(fleet.view("web-1").labels()).containsEntry("dc", "sea");
    assertThat(browser.submit(PAGE + "/" + token.id() + "/revoke").status()).isEqualTo(303);
    assertThat(page().select(".note.bad").text()).startsWith("there is no invitation");
  }

  @Test
  void anEmptyFormMakesOneForAnyNameOnTheDefaultBranchForAnHour() throws IOException {
    Browser.Answer made = make("", "", "", "", "");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(page().select("tbody td").eachText().subList(0, 5))
        .containsExactly("any", "none", "main", "1 of 1 left", "in 1h");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          main dev     | main+dev
          main, dev    | main+dev
          main , dev,  | main+dev
          a,b          | a,b
          a,b, main    | a,b+main
          """)
  void aCommaEndsABranchOnlyWhereASpaceOrNothingFollowsIt(String typed, String branches)
      throws IOException {
    make("", "", typed, "1", "1h");
    assertThat(fleet.invitations.list().getFirst().refs())
        .isEqualTo(List.of(branches.split("[+]")));
  }

  @Test
  void usedUpAndExpiredOnesAreApart() throws IOException {
    JoinToken used = JoinToken.parse(make("", "", "", "1", "2h").page().select("#token").text());
    join(used, "web-1");
    make("", "", "", "5", "1h");
    fleet.clock.advance(Duration.ofMinutes(61));
    Document page = page();
    assertThat(page.select("[aria-label='Open invitations'] tbody")).isEmpty();
    assertThat(page.select("#past summary").text()).isEqualTo("Used up or expired: 2");
    assertThat(page.select("#past tbody tr").eachText().getFirst())
        .contains("by ann any none main 1 of 1 used up");
    assertThat(page.select("#past tbody tr").eachText().getLast())
        .contains("0 of 5 expired 1m ago");
    assertThat(page.select("#past form")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          A B   | ''        | ''    | 1    | 1h  | namePattern: "A B"
          ''    | role      | ''    | 1    | 1h  | labels: "role" is not key=value
          ''    | =x        | ''    | 1    | 1h  | labels: "=x" is not key=value
          ''    | a=ü       | ''    | 1    | 1h  | is not a value
          ''    | ''        | a..b  | 1    | 1h  | is not the short name of a branch
          ''    | ''        | ''    | x    | 1h  | uses: "x" is not a number
          ''    | ''        | ''    | 0    | 1h  | uses: 0 is not between 1 and 1000
          ''    | ''        | ''    | 1    | 31d | ttl: 31d; 1m to 30d expected
          ''    | ''        | ''    | 1    | x   | ttl:
          """)
  void whatCannotBeIsSaidBesideWhatWasTyped(
      String pattern, String labels, String refs, String uses, String ttl, String problem)
      throws IOException {
    Browser.Answer answer = make(pattern, labels, refs, uses, ttl);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.page().select(".wrong").text()).contains(problem);
    assertThat(answer.page().select("input[name=labels]").attr("value")).isEqualTo(labels);
    assertThat(answer.page().select("input[name=ttl]").attr("value")).isEqualTo(ttl);
    assertThat(fleet.invitations.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"viewer", "operator"})
  void othersThanAdminsNeitherSeeNorChangeInvitations(String role) throws IOException {
    String token =
        fleet
            .operations
            .invitations()
            .create(ADA, new Invitation.Request(null, null, null, null, null))
            .token();
    browser.signIn("bob", role);
    assertThat(browser.get("/ui").page().select("nav a[href=" + PAGE + "]")).isEmpty();
    assertThat(browser.get(PAGE).status()).isEqualTo(403);
    assertThat(make("", "", "", "1", "1h").status()).isEqualTo(403);
    String id = JoinToken.parse(token).id();
    assertThat(browser.submit(PAGE + "/" + id + "/revoke").status()).isEqualTo(403);
    assertThat(fleet.invitations.list()).hasSize(1);
  }

  @Test
  void aFormThatIsNotOursChangesNothing() throws IOException {
    make("", "", "", "1", "1h");
    String id = fleet.invitations.list().getFirst().id();
    assertThat(browser.post(PAGE, "form", "x", "uses", "1").status()).isEqualTo(403);
    assertThat(browser.post(PAGE + "/" + id + "/revoke").status()).isEqualTo(403);
    assertThat(fleet.invitations.list()).hasSize(1);
  }

  @Test
  void everyPayloadInEveryTextIsTextAndNothingElse() throws IOException {
    List<Document> harmless = pagesThatSay("harmless");
    assertThat(harmless).allMatch(page -> Payloads.timesSaid(page, "harmless") >= 6);
    for (String payload : Payloads.all()) {
      Payloads.assertHarmless(payload, pagesThatSay(payload), harmless);
    }
  }

  @Test
  void whatTheFormSaidIsTextInItsAnswerToo() throws IOException {
    Pages willing = support -> List.of(support.answering(PAGE, ctx -> made(support, ctx)));
    ApiTokens tokens = new ApiTokens(fleet.store, fleet.clock);
    try (Browser other = new Browser(tokens, fleet.clock, willing)) {
      other.signIn("eve", "admin");
      Document harmless = other.submit(PAGE, "pattern", "harmless").page();
      assertThat(Payloads.timesSaid(harmless, "harmless")).isEqualTo(1);
      for (String payload : Payloads.all()) {
        Document page = other.submit(PAGE, "pattern", payload).page();
        Payloads.assertHarmless(payload, List.of(page), List.of(harmless));
      }
    }
  }

  /** Answers as the page does, whatever pattern is asked for: the real one refuses payloads. */
  private void made(PageSupport support, Context ctx) {
    Instant now = fleet.clock.instant();
    Invitation made = new Invitation("pcj1_x", now, "pullcord-agent join", null);
    support.show(
        ctx,
        HttpStatus.CREATED,
        "tokens/invitations.jte",
        new InvitationPages.View(
            support.frame(ctx),
            List.of(),
            List.of(),
            new InvitationPages.Made(made, 1, ctx.formParam("pattern")),
            InvitationForm.NOTHING,
            null,
            List.of(),
            "main",
            now));
  }

  /** The list with an open and an expired one, and the same with a form that was refused. */
  private List<Document> pagesThatSay(String text) throws IOException {
    Instant now = fleet.clock.instant();
    fleet.store.write(tables -> {
      tables.joinTokens().remove("open");
      tables.joinTokens().remove("past");
      tables.joinTokens().insert(row("open", text, now.plusSeconds(60)));
      tables.joinTokens().insert(row("past", text, now));
      return 0;
    });
    fleet.commits.heads().keySet().forEach(fleet.commits::delete);
    fleet.commits.push(text, 1);
    return List.of(page(), make(text, text, text, text, text).page());
  }

  private static JoinTokenTable.StoredInvitation row(String id, String text, Instant expiresAt) {
    return new JoinTokenTable.StoredInvitation(
        id, "hash", text, expiresAt, 1, text, Map.of(text, text), List.of(text));
  }
}
