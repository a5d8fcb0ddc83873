package dev.pullcord.server.dashboard;

import static dev.pullcord.server.dashboard.Nodes.NEW;
import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.OLD;
import static dev.pullcord.server.dashboard.Nodes.node;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Random;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;

/** Puts patches into a page as {@code fleet.js} does, and compares it with the page whole. */
class FragmentsTest {
  static final Dashboard.Addresses ADDRESSES =
      new Dashboard.Addresses(
          URI.create("https://pullcord.example:8420"),
          URI.create("https://pullcord.example:8421"),
          "fleet",
          "main");

  private final FakeFleet fleet = new FakeFleet();
  private final FleetPage page = new FleetPage(fleet);
  private final Fragments fragments =
      new Fragments(
          new Html(), new Html.Frame(ADDRESSES, new StaticFiles(), null, "", null), () -> NOW);

  @Test
  void onlyTheRowThatDiffersIsSent() throws IOException {
    fleet.put(node("a").view());
    fleet.put(node("b").view());
    FleetModel before = page.read();
    fleet.put(node("b").state(NodeState.FAILED, "check exited 1", NOW).runs(OLD, NEW).view());
    JsonNode patch = patch(before, page.read());
    assertThat(patch.at("/rows").size()).isEqualTo(1);
    assertThat(patch.at("/rows/0/id").asText()).isEqualTo("node-b");
    assertThat(patch.at("/rows/0/before").asText()).isEqualTo("node-a");
    assertThat(patch.at("/top").asText()).contains("1 of 2 converged");
  }

  @Test
  void aHeartbeatIsOnlyATime() throws IOException {
    fleet.put(node("a").view());
    FleetModel before = page.read();
    fleet.put(node("a").seen(NOW.minusSeconds(1)).view());
    JsonNode patch = patch(before, page.read());
    assertThat(patch.at("/rows").size()).isZero();
    assertThat(patch.at("/top").isNull()).isTrue();
    assertThat(patch.at("/seen/node-a").asText()).isEqualTo("2026-05-04T09:59:59Z");
  }

  @Test
  void theFirstContactIsARow() throws IOException {
    fleet.put(node("a").seen(null).view());
    FleetModel before = page.read();
    fleet.put(node("a").seen(NOW).view());
    assertThat(patch(before, page.read()).at("/rows").size()).isEqualTo(1);
  }

  @Test
  void theFirstAndTheLastNodeComeAndGoWithThePageWhole() {
    FleetModel none = page.read();
    fleet.put(node("a").view());
    FleetModel one = page.read();
    assertThat(fragments.patch(none, one)).isNull();
    assertThat(fragments.patch(one, none)).isNull();
  }

  @Test
  void patchesLeadToTheSamePageAsLoadingItAnew() throws IOException {
    for (long seed = 1; seed <= 40; seed++) {
      Random random = new Random(seed);
      FakeFleet changing = new FakeFleet();
      FleetPage changingPage = new FleetPage(changing);
      changing.put(node("always").view());
      FleetModel shown = changingPage.read();
      Document browser = Jsoup.parse(fragments.whole(shown));
      for (int step = 0; step < 25; step++) {
        change(changing, random);
        FleetModel next = changingPage.read();
        put(browser, patch(shown, next));
        shown = next;
        assertThat(rows(browser))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(rows(Jsoup.parse(fragments.whole(shown))));
      }
    }
  }

  private static void change(FakeFleet fleet, Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      String name = "n" + random.nextInt(8);
      if (random.nextInt(5) == 0) {
        fleet.remove(name);
      } else {
        NodeState state = NodeState.values()[random.nextInt(NodeState.values().length)];
        fleet.put(
            node(name)
                .state(state, "reason " + random.nextInt(3), NOW)
                .seen(NOW.minusSeconds(random.nextInt(3)))
                .view());
      }
    }
  }

  private JsonNode patch(FleetModel before, FleetModel after) throws IOException {
    String patch = fragments.patch(before, after);
    assertThat(patch).isNotNull();
    return PullcordJson.wire().readTree(patch);
  }

  private static void put(Document browser, JsonNode patch) {
    patch.at("/gone").forEach(id -> requireNonNull(browser.getElementById(id.asText())).remove());
    Element body = requireNonNull(browser.selectFirst("tbody"));
    for (JsonNode row : patch.at("/rows")) {
      Element old = browser.getElementById(row.at("/id").asText());
      if (old != null) {
        old.remove();
      }
      Element made =
          Jsoup.parse("<table><tbody>" + row.at("/html").asText() + "</table>", Parser.htmlParser())
              .selectFirst("tr");
      if (row.at("/before").isNull()) {
        body.appendChild(made);
      } else {
        requireNonNull(browser.getElementById(row.at("/before").asText())).before(made);
      }
    }
    patch
        .at("/seen")
        .properties()
        .forEach(e ->
            requireNonNull(
                    requireNonNull(browser.getElementById(e.getKey())).selectFirst(".seen time"))
                .attr("datetime", e.getValue().asText()));
  }

  private static List<String> rows(Document page) {
    // Ages are the reader's business; what they are made of is compared.
    page.select("time").forEach(time -> time.text(""));
    return page.select("tbody tr").stream()
        .map(row -> row.outerHtml().replaceAll("\\s+", " "))
        .toList();
  }
}
