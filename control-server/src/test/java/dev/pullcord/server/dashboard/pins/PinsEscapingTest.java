package dev.pullcord.server.dashboard.pins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.FakeFleet;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.dashboard.Payloads;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the pins, where every text says the same. */
class PinsEscapingTest {
  private static final String PAGE = "/ui/pins";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();
  private final FakeFleet fleet = new FakeFleet();
  private String word = "harmless";
  private TestFleet orders;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    orders = new TestFleet(directory);
    browser =
        new Browser(
            new ApiTokens(orders.store, clock),
            clock,
            new PinPages(
                fleet,
                orders.operations.pins(),
                orders.commits,
                new Written(),
                _ -> List.of(ended())));
    orders.join("web-1");
    browser.signIn("ann", "operator");
  }

  @AfterEach
  void stop() {
    browser.close();
    orders.close();
  }

  private AuditTable.Act ended() {
    return new AuditTable.Act(clock.instant(), word, "unpin", word, word, null);
  }

  /** A history in which everything is called {@link #word}. */
  private final class Written implements CommitHistory {
    @Override
    public List<String> changes(@Nullable CommitId before, CommitId now) {
      return List.of(word);
    }

    @Override
    public List<HistoryCommit> commits(@Nullable CommitId before, CommitId now, int limit) {
      return List.of();
    }

    @Override
    public List<FileChange> files(@Nullable CommitId before, CommitId now, int limit) {
      return List.of();
    }
  }

  @Test
  void everyPayloadInEveryTextIsTextAndNothingElse() throws IOException {
    List<Document> harmless = pagesThatSay("harmless");
    assertThat(harmless).allMatch(page -> Payloads.timesSaid(page, "harmless") >= 7);
    for (String payload : Payloads.all()) {
      Payloads.assertHarmless(payload, pagesThatSay(payload), harmless);
    }
  }

  /** The list with one pin, what another would do, and the list with a form that was refused. */
  private List<Document> pagesThatSay(String text) throws IOException {
    word = text;
    fleet.wording(text);
    orders.commits.wording(text);
    orders.commits.heads().keySet().forEach(orders.commits::delete);
    CommitId head = orders.commits.push(text, 1);
    fleet.node("web-1", text);
    fleet.pinned(
        new PinView(
            new NodeName("web-1"), text, head, text, text, clock.instant(), clock.instant()));
    return List.of(browser.get(PAGE).page(), foresee("web-1", text), foresee("", text));
  }

  private Document foresee(String names, String text) throws IOException {
    return browser
        .submit(
            PAGE + "/foresee",
            "names",
            names,
            "selector",
            names.isEmpty() ? text : "",
            "ref",
            text,
            "for",
            names.isEmpty() ? text : "1h",
            "reason",
            text)
        .page();
  }
}
