package dev.pullcord.server.dashboard.fleet;

import static dev.pullcord.server.dashboard.Nodes.NEW;
import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.OLD;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.dashboard.FakeFleet;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.dashboard.StaticFiles;
import dev.pullcord.server.dashboard.UpstreamLinks;
import dev.pullcord.server.security.Principal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every text that comes from repositories, nodes or people, with every payload in it: the page has
 * the same elements and attributes as with a harmless word, and shows the payload as text.
 */
class EscapingTest {
  private enum Field {
    REASON,
    REF,
    PIN_REF,
    PIN_OWNER,
    PIN_REASON,
    WORKER,
    PROOF,
    LABEL_KEY,
    LABEL_VALUE,
    BRANCH,
    SUBJECT,
    PUSHED_BY,
    OWNER
  }

  private static final StaticFiles FILES = new StaticFiles();

  private final Html html = new Html();

  static Stream<Arguments> payloadsInEveryField() throws IOException {
    List<String> payloads = Payloads.all();
    return Stream.of(Field.values())
        .flatMap(field -> payloads.stream().map(p -> Arguments.of(field, p)));
  }

  @ParameterizedTest
  @MethodSource("payloadsInEveryField")
  void aPayloadIsTextAndNothingElse(Field field, String payload) {
    Document page = Jsoup.parse(page(field, payload));
    assertThat(Payloads.shape(page))
        .isEqualTo(Payloads.shape(Jsoup.parse(page(field, "harmless"))));
    assertThat(shown(page)).contains(payload);
  }

  @ParameterizedTest
  @EnumSource(Field.class)
  void theTestSeesTheFieldAtAll(Field field) {
    assertThat(shown(Jsoup.parse(page(field, "harmless")))).contains("harmless");
  }

  private String page(Field field, String value) {
    FakeFleet fleet = new FakeFleet();
    fleet.head(
        in(field, Field.BRANCH, value),
        NEW,
        in(field, Field.SUBJECT, value),
        "Ines",
        in(field, Field.PUSHED_BY, value),
        NOW);
    fleet.emptyRef(in(field, Field.BRANCH, value));
    fleet.put(
        node("a")
            .state(NodeState.FAILED, in(field, Field.REASON, value), NOW)
            .runs(OLD, NEW)
            .ref(in(field, Field.REF, value))
            .pin(
                in(field, Field.PIN_REF, value),
                in(field, Field.PIN_OWNER, value),
                in(field, Field.PIN_REASON, value),
                NOW)
            .worker(in(field, Field.WORKER, value), "unproven: " + in(field, Field.PROOF, value))
            .generation(1, 2, GenerationPhase.DRAINING, NOW)
            .labels(Map.of(in(field, Field.LABEL_KEY, value), in(field, Field.LABEL_VALUE, value)))
            .view());
    Html.Frame frame =
        new Html.Frame(
            FragmentsTest.ADDRESSES,
            FILES,
            new Principal(in(field, Field.OWNER, value), Principal.Role.VIEWER),
            "form",
            null,
            UpstreamLinks.NONE);
    return html.text(
        "fleet/fleet.jte",
        FleetPages.View.of(frame, new FleetPage(fleet).read(), FleetQuery.ALL, NOW));
  }

  private static String in(Field field, Field here, String value) {
    return field == here ? value : "x";
  }

  private static String shown(Document page) {
    StringBuilder shown = new StringBuilder();
    page.getAllElements().forEach(e -> shown.append(e.wholeOwnText()).append('\n'));
    page.select("[title]").forEach(e -> shown.append(e.attr("title")).append('\n'));
    return shown.toString();
  }
}
