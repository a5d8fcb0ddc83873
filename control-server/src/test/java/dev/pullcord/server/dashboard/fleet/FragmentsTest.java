package dev.pullcord.server.dashboard.fleet;

import static dev.pullcord.server.dashboard.Nodes.NEW;
import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.OLD;
import static dev.pullcord.server.dashboard.Nodes.node;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.FleetBadge;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.dashboard.StaticFiles;
import dev.pullcord.server.dashboard.UpstreamLinks;
import dev.pullcord.server.dashboard.fleet.FleetFeed.Edition;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** Puts patches into a page as {@code fleet.js} does, and compares it with the page whole. */
class FragmentsTest {
  static final Dashboard.Addresses ADDRESSES =
      new Dashboard.Addresses(
          URI.create("https://pullcord.example:8420"),
          URI.create("https://pullcord.example:8421"),
          "fleet",
          "main",
          FleetBadge.NONE);

  private static final StaticFiles FILES = new StaticFiles();

  private final FakeFleet fleet = new FakeFleet();
  private final FleetPage page = new FleetPage(fleet);
  private final Html html = new Html();
  private final Html.Frame frame =
      new Html.Frame(
          ADDRESSES,
          FILES,
          null,
          "",
          null,
          new UpstreamLinks(true, "https://git.example/{commit}"));
  private final Fragments fragments = new Fragments(html, frame, () -> NOW);

  @Test
  void onlyTheNodeThatDiffersIsSent() throws IOException {
    fleet.put(node("a").view());
    fleet.put(node("b").view());
    FleetSheet before = page.read();
    fleet.put(node("b").state(NodeState.FAILED, "check exited 1", NOW).runs(OLD, NEW).view());
    FleetSheet after = page.read();
    JsonNode patch = patch(before, after);
    assertThat(patch.at("/from").asText()).isEqualTo(before.mark());
    assertThat(patch.at("/to").asText()).isEqualTo(after.mark());
    assertThat(patch.at("/cells").size()).isEqualTo(1);
    assertThat(patch.at("/cells/0/id").asText()).isEqualTo("c-b");
    assertThat(patch.at("/cells/0/css").asText()).isEqualTo("s-failed");
    assertThat(patch.at("/cells/0/label").asText()).isEqualTo("b, failed: check exited 1");
    assertThat(patch.at("/rows").size()).isEqualTo(1);
    assertThat(patch.at("/rows/0/id").asText()).isEqualTo("node-b");
    assertThat(patch.at("/rows/0/html").asText())
        .contains("href=\"https://git.example/" + OLD, "href=\"https://git.example/" + NEW);
    assertThat(patch.at("/verdict").asText()).contains("1 of 2 converged");
  }

  @Test
  void aHoldSaysItsTimesAsPeopleDo() {
    fleet.put(node("a").view());
    String since = NOW.minusSeconds(65).toString();
    OpenGateView.Canary canary =
        new OpenGateView.Canary(new NodeName("a"), NodeState.APPLYING, "draining since " + since);
    fleet.open(new OpenGateView("main", OLD, NEW, "ada", NOW, List.of(canary)));

    assertThat(whole(page.read(), FleetQuery.parse(null, null, null)).select("#holds p").text())
        .contains("a (draining for 1m")
        .doesNotContain(since);
  }

  @Test
  void aFilterThatNoNodeFitsSaysSoAlsoInALargeFleet() {
    for (int i = 0; i <= FleetView.ALL_MAX; i++) {
      fleet.put(node("n%03d".formatted(i)).view());
    }
    assertThat(none("failed")).startsWith("No node is like that now.");
    assertThat(none("converged")).isEmpty();
    assertThat(none("")).isEmpty();
  }

  private String none(String state) {
    return whole(page.read(), FleetQuery.parse(null, state, null)).select(".none").text();
  }

  @Test
  void aHeartbeatIsOnlyATime() throws IOException {
    fleet.put(node("a").view());
    FleetSheet before = page.read();
    fleet.put(node("a").seen(NOW.minusSeconds(1)).view());
    JsonNode patch = patch(before, page.read());
    assertThat(patch.at("/rows").size()).isZero();
    assertThat(patch.at("/verdict").isNull()).isTrue();
    assertThat(patch.at("/from").asText()).isEqualTo(patch.at("/to").asText());
    assertThat(patch.at("/seen/node-a").asText()).isEqualTo("2026-05-04T09:59:59Z");
  }

  @Test
  void theFirstContactIsARow() throws IOException {
    fleet.put(node("a").seen(null).view());
    FleetSheet before = page.read();
    fleet.put(node("a").seen(NOW).view());
    assertThat(patch(before, page.read()).at("/rows").size()).isEqualTo(1);
  }

  @Test
  void onlyTheBranchThatDiffersIsSent() throws IOException {
    fleet.head("main", NEW, "one", "Ines", "rosa", NOW);
    fleet.head("try", OLD, "two", "Ines", "rosa", NOW);
    fleet.put(node("a").view());
    fleet.put(node("b").ref("try").view());
    FleetSheet before = page.read();
    fleet.put(node("b").ref("try").state(NodeState.APPLYING, "stage", NOW).view());
    JsonNode patch = patch(before, page.read());
    assertThat(patch.at("/refs").size()).isEqualTo(1);
    assertThat(patch.at("/refs/ref-1").asText()).contains("0/1 converged");
  }

  @Test
  void nodesThatComeOrGoAndLabelsMakeThePageAnew() {
    FleetSheet none = page.read();
    fleet.put(node("a").view());
    FleetSheet one = page.read();
    assertThat(fragments.patch(edition(none), edition(one))).isNull();
    assertThat(fragments.patch(edition(one), edition(none))).isNull();
    fleet.put(node("b").view());
    FleetSheet two = page.read();
    assertThat(fragments.patch(edition(one), edition(two))).isNull();
    fleet.put(node("b").labels(Map.of("dc", "sea")).view());
    assertThat(fragments.patch(edition(two), edition(page.read()))).isNull();
  }

  @Test
  void oneOfFiveThousandIsASmallChangeAndManyAreNone() {
    for (int i = 0; i < 5000; i++) {
      fleet.put(node("n%04d".formatted(i)).view());
    }
    FleetSheet before = page.read();
    fleet.put(node("n0007").state(NodeState.FAILED, "check exited 1", NOW).view());
    assertThat(fragments.patch(edition(before), edition(page.read()))).hasSizeBetween(500, 6000);
    fleet.put(node("n0008").seen(NOW).view());
    FleetSheet later = page.read();
    fleet.put(node("n0008").seen(NOW.plusSeconds(1)).view());
    assertThat(fragments.patch(edition(later), edition(page.read()))).isEmpty();
    for (int i = 0; i <= Fragments.CELLS_MAX; i++) {
      fleet.put(node("n%04d".formatted(i)).state(NodeState.APPLYING, "stage", NOW).view());
    }
    assertThat(fragments.patch(edition(later), edition(page.read()))).isNull();
  }

  @Test
  void patchesLeadToTheSamePageAsLoadingItAnew() throws IOException {
    for (String state : List.of("", "failed,offline")) {
      FleetQuery query = FleetQuery.parse("role!=other", state, "role");
      for (long seed = 1; seed <= 20; seed++) {
        Random random = new Random(seed);
        FakeFleet changing = new FakeFleet();
        FleetPage changingPage = new FleetPage(changing);
        changing.put(node("always").view());
        FleetSheet shown = changingPage.read();
        Document browser = whole(shown, query);
        for (int step = 0; step < 25; step++) {
          change(changing, random);
          FleetSheet next = changingPage.read();
          String patch = fragments.patch(edition(shown), edition(next));
          if (patch == null) {
            browser = whole(next, query);
          } else if (!patch.isEmpty()) {
            put(browser, query, PullcordJson.wire().readTree(patch));
          }
          shown = next;
          assertThat(nodes(browser))
              .as("seed %d, step %d", seed, step)
              .isEqualTo(nodes(whole(shown, query)));
        }
      }
    }
  }

  private static void change(FakeFleet fleet, Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      String name = "n" + random.nextInt(8);
      if (random.nextInt(12) == 0) {
        fleet.remove(name);
      } else {
        NodeState state = NodeState.values()[random.nextInt(NodeState.values().length)];
        fleet.put(
            node(name)
                .labels(Map.of("role", name.equals("n3") ? "other" : "grep"))
                .state(state, "reason " + random.nextInt(3), NOW)
                .seen(NOW.minusSeconds(random.nextInt(3)))
                .view());
      }
    }
  }

  private Document whole(FleetSheet model, FleetQuery query) {
    return Jsoup.parse(
        html.text("fleet/fragment.jte", FleetPages.View.of(frame, model, query, NOW)));
  }

  private static Edition edition(FleetSheet model) {
    return new Edition(1, model, model.mark());
  }

  private JsonNode patch(FleetSheet before, FleetSheet after) throws IOException {
    String patch = fragments.patch(edition(before), edition(after));
    assertThat(patch).isNotEmpty();
    return PullcordJson.wire().readTree(patch);
  }

  private static void put(Document browser, FleetQuery query, JsonNode patch) {
    if (!patch.at("/verdict").isNull()) {
      requireNonNull(browser.getElementById("top")).html(patch.at("/verdict").asText());
    }
    for (JsonNode told : patch.at("/cells")) {
      Element cell = browser.getElementById(told.at("/id").asText());
      if (cell != null) {
        String css = told.at("/css").asText();
        cell.attr("class", css).attr("aria-label", told.at("/label").asText());
        cell.attr("hidden", !query.shows(StateSign.named(css.substring(2)).orElseThrow()));
        requireNonNull(cell.selectFirst("i")).text(told.at("/sign").asText());
      }
    }
    for (JsonNode row : patch.at("/rows")) {
      putRow(browser, query, row);
    }
    patch
        .at("/seen")
        .properties()
        .forEach(e -> {
          Element row = browser.getElementById(e.getKey());
          if (row != null) {
            requireNonNull(row.selectFirst(".seen time")).attr("datetime", e.getValue().asText());
          }
        });
  }

  private static void putRow(Document browser, FleetQuery query, JsonNode told) {
    Element old = browser.getElementById(told.at("/id").asText());
    if (old != null) {
      old.remove();
    }
    Element made =
        requireNonNull(
            Jsoup.parse("<table><tbody>" + told.at("/html").asText() + "</table>")
                .selectFirst("tr"));
    if (browser.getElementById(told.at("/cell").asText()) == null
        || !query.shows(StateSign.named(made.attr("data-state")).orElseThrow())) {
      return;
    }
    browser.select("tbody tr").stream()
        .filter(row -> row.attr("data-order").compareTo(made.attr("data-order")) > 0)
        .findFirst()
        .ifPresentOrElse(
            after -> after.before(made),
            () -> requireNonNull(browser.selectFirst("tbody")).appendChild(made));
  }

  private static List<String> nodes(Document page) {
    // Ages are the reader's business; what they are made of is compared.
    page.select("time").forEach(time -> time.text(""));
    return page.select("tbody tr, .tiles a, #top").stream()
        .map(row -> row.outerHtml().replaceAll("\\s+", " "))
        .toList();
  }
}
