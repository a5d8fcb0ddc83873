package dev.pullcord.server.dashboard.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.Told;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.MirrorTable.Delivery;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryPagesTest {
  private static final String PAGE = "/ui/repository";

  @TempDir Path directory;
  private final ManualClock clock = new ManualClock(FakeRepository.AT);
  private final FakeRepository repository = new FakeRepository();
  private Store store;
  private ApiTokens tokens;
  private Browser browser;

  @BeforeEach
  void start() {
    store = TestStore.open(directory.resolve("store.db"));
    tokens = new ApiTokens(store, clock);
    browser = new Browser(new Told(), tokens, clock, new RepositoryPages(Optional.of(repository)));
  }

  @AfterEach
  void stop() {
    browser.close();
    store.close();
  }

  private Document page() throws IOException {
    Browser.Answer answer = browser.get(PAGE);
    assertThat(answer.status()).isEqualTo(200);
    return answer.page();
  }

  @Test
  void saysHowTheMirrorStandsAndWhatToDo() throws IOException {
    browser.signIn("vic", "viewer");
    assertThat(page().select("#mirror-state").text()).isEqualTo("✓In step with the upstream");
    assertThat(page().select("#way-out")).isEmpty();
    repository.state = "refused";
    repository.reason = "UPSTREAM_CREDENTIALS  the host says 401";
    assertThat(page().select("[aria-label='The mirror']").text())
        .contains("✗The upstream refuses", "the host says 401", "Make a new token at the git host")
        .doesNotContain("UPSTREAM_CREDENTIALS the host")
        .contains("last fetched now, failing just now");
    assertThat(page().select("[aria-label='The mirror'] code.faint").text())
        .as("to look it up")
        .isEqualTo("UPSTREAM_CREDENTIALS");
    assertThat(page().select("nav a").eachText()).contains("Repository");
  }

  @Test
  void everyStateOfTheMirrorHasAWayOut() {
    for (String state : List.of("stale", "refused", "unreachable", "rewritten", "empty")) {
      repository.state = state;
      assertThat(WayOut.of(repository.view())).as(state).isNotEmpty();
    }
  }

  @Test
  void whatToDoAboutCredentialsNamesTheFileThatTheReasonNames() {
    repository.state = "refused";
    String reason = "UPSTREAM_CREDENTIALS  x does not accept it; see upstream.credentials";
    for (String file : List.of("", ".certificate-file", ".key-file")) {
      repository.reason = reason + file;
      assertThat(WayOut.of(repository.view()))
          .contains("credentials." + (file.isEmpty() ? "password-file" : file.substring(1)));
    }
  }

  @Test
  void thePageIsFetchedAnewWhileItIsOpen() throws IOException {
    browser.signIn("vic", "viewer");
    assertThat(page().select("#live-part").attr("data-busy")).isEqualTo("2000");
    assertThat(page().select("#live-part #mirror-state, #live-part .webhooks")).hasSize(2);
  }

  @Test
  void refsSayWhereNodesAreLedToAndLinkToTheHost() throws IOException {
    repository.refs.add(
        new UpstreamView.Ref(
            "main",
            FakeRepository.NEW,
            false,
            "bbbbbbb is not deployed: x",
            FakeRepository.OLD,
            false));
    browser.signIn("vic", "viewer");
    assertThat(page().select("[aria-label=Refs] tbody tr").text())
        .contains("main", "bbbbbbb", "aaaaaaa", "bbbbbbb is not deployed: x");
    assertThat(page().select("[aria-label=Refs] a").eachAttr("href"))
        .containsExactly(
            "https://git.example/acme/fleet/commit/" + "b".repeat(40) + "?a=1&b=\"<x>\"",
            "https://git.example/acme/fleet/commit/" + "a".repeat(40) + "?a=1&b=\"<x>\"");
    assertThat(page().select("button:contains(Fetch), button:contains(Accept)")).isEmpty();
  }

  @Test
  void anOperatorFetchesNow() throws IOException {
    browser.signIn("ann", "operator");
    assertThat(page().select("button:contains(Fetch now)")).hasSize(1);
    assertThat(browser.submit(PAGE + "/fetch").location()).isEqualTo(PAGE);
    assertThat(page().select(".note.good").text()).startsWith("Fetched");
    repository.reason = "UPSTREAM_GONE  there is no repository";
    repository.state = "unreachable";
    browser.submit(PAGE + "/fetch");
    assertThat(page().select(".note.bad").text()).isEqualTo("unreachable: there is no repository");
    assertThat(repository.asked).containsExactly("fetch", "fetch");
  }

  @Test
  void anOperatorAcceptsARewindWithAReason() throws IOException {
    repository.rewritten("main");
    browser.signIn("ann", "operator");
    assertThat(page().select("form[action$=accept-rewind] input[name=ref]").attr("value"))
        .isEqualTo("main");
    browser.submit(PAGE + "/accept-rewind", "ref", "main", "reason", " ");
    assertThat(page().select(".note.bad").text()).contains("reason");
    browser.submit(PAGE + "/accept-rewind", "ref", "dev", "reason", "it was meant");
    assertThat(page().select(".note.bad").text()).contains("dev is no such ref");
    browser.submit(PAGE + "/accept-rewind", "ref", "main", "reason", "it was meant");
    assertThat(page().select(".note.good").text()).startsWith("main is where the upstream has it");
    assertThat(repository.asked).containsExactly("ann accepts main: it was meant");
  }

  @Test
  void whatIsTypedForOneBranchStaysWithItWhenAnotherOneIsRewritten() throws IOException {
    repository.rewritten("main");
    browser.signIn("ann", "operator");
    String id = page().select("details.ask").attr("id");
    String why = page().select("input[name=reason]").attr("id");
    repository.refs.clear();
    repository.rewritten("dev");
    repository.rewritten("main");
    Element form = Objects.requireNonNull(page().getElementById(id));
    assertThat(form.select("[name=ref]").attr("value")).isEqualTo("main");
    assertThat(form.select("[name=reason]").attr("id")).isEqualTo(why);
  }

  @Test
  void aRewindIsAcceptedToTheCommitThatWasShownAndToNoOther() throws IOException {
    repository.rewritten("main");
    browser.signIn("ann", "operator");
    String seen = page().select("input[name=seen]").attr("value");
    String open = page().select("details.ask").attr("id");
    repository.refs.clear();
    repository.refs.add(
        new UpstreamView.Ref("main", null, false, "deleted", FakeRepository.OLD, true));
    assertThat(page().select("details.ask").attr("id"))
        .as("an open form is closed when its branch moves")
        .isNotEqualTo(open);
    browser.submit(PAGE + "/accept-rewind", "ref", "main", "seen", seen, "reason", "it was meant");
    assertThat(page().select(".note.bad").text()).startsWith("nothing was accepted: main");
    assertThat(repository.asked).isEmpty();
    String now = page().select("input[name=seen]").attr("value");
    browser.submit(PAGE + "/accept-rewind", "ref", "main", "seen", now, "reason", "it was meant");
    assertThat(repository.asked).containsExactly("ann accepts main: it was meant");
  }

  @Test
  void whatAButtonDoesIsNotSaidAsACommandBesides() throws IOException {
    repository.state = "rewritten";
    repository.reason =
        "main: the upstream took it back; nodes stay on 1. To let them go there: pullcord"
            + " accept-rewind main --reason …";
    browser.signIn("ann", "operator");
    assertThat(page().select("[aria-label='The mirror'] .why").eachText().getFirst())
        .isEqualTo("main: the upstream took it back; nodes stay on 1");
  }

  @Test
  void viewersAndFormsOfOthersChangeNothing() throws IOException {
    repository.rewritten("main");
    assertThat(browser.get(PAGE).status()).isEqualTo(303);
    browser.signIn("vic", "viewer");
    for (String path : List.of("/fetch", "/accept-rewind")) {
      assertThat(browser.submit(PAGE + path, "ref", "main", "reason", "x").status()).isEqualTo(403);
      assertThat(browser.post(PAGE + path, "form", "x").status()).isEqualTo(403);
    }
    assertThat(repository.asked).isEmpty();
  }

  @Test
  void deliveriesSayWhyOneWasRefused() throws IOException {
    browser.signIn("vic", "viewer");
    assertThat(page().select("[aria-label=Deliveries]").text()).contains("None came yet");
    repository.deliveries.add(
        new Delivery("192.0.2.1", FakeRepository.AT, "refused", "it is not signed"));
    repository.deliveries.add(
        new Delivery("github:72d3", FakeRepository.AT, "fetched", "a push to \"main\""));
    assertThat(page().select("[aria-label=Deliveries] tbody tr").eachText())
        .containsExactly(
            "now refused it is not signed 192.0.2.1", "now fetched a push to \"main\" github:72d3");
  }

  @Test
  void saysWhatToEnterAtTheHost() throws IOException {
    browser.signIn("vic", "viewer");
    assertThat(page().select("#webhook-address").text())
        .isEqualTo("http://127.0.0.1:8420/webhooks/github");
    assertThat(page().select("[aria-label=Webhook]").text())
        .contains("/etc/pullcord-server/webhook.secret", "application/json", "push event");
    repository.webhook = null;
    assertThat(page().select("[aria-label=Webhook]").text()).contains("secret-file");
  }

  @Test
  void withoutAnUpstreamItSaysWhereToPush() throws IOException {
    try (Browser other =
        new Browser(new Told(), tokens, clock, new RepositoryPages(Optional.empty()))) {
      other.signIn("ann", "operator");
      Document page = other.get(PAGE).page();
      assertThat(page.text()).contains("git push pullcord HEAD:main");
      assertThat(page.select("nav a").eachText()).doesNotContain("Repository");
      assertThat(other.submit(PAGE + "/fetch").location()).isEqualTo(PAGE);
      assertThat(other.get(PAGE).page().select(".note.bad").text())
          .contains("mirrors no repository");
    }
  }

  @Test
  void everyPayloadIsTextAndNothingElse() throws IOException {
    browser.signIn("ann", "operator");
    Document harmless = pageThatSays("harmless");
    for (String payload : Payloads.all()) {
      Document page = pageThatSays(payload);
      assertThat(Payloads.shape(page)).as(payload).isEqualTo(Payloads.shape(harmless));
      assertThat(Payloads.timesSaid(page, payload))
          .as(payload)
          .isEqualTo(Payloads.timesSaid(harmless, "harmless"));
    }
  }

  private Document pageThatSays(String text) throws IOException {
    repository.refs.clear();
    repository.deliveries.clear();
    repository.url = text;
    repository.reason = text;
    repository.state = "rewritten";
    repository.refs.add(
        new UpstreamView.Ref(text, FakeRepository.NEW, false, text, FakeRepository.OLD, true));
    repository.deliveries.add(new Delivery(text, FakeRepository.AT, "refused", text));
    return page();
  }
}
