package dev.pullcord.server.dashboard.pins;

import static dev.pullcord.server.TestFleet.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.dashboard.Browser;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.security.token.ApiTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PinPagesTest {
  private static final String PAGE = "/ui/pins";

  @TempDir Path directory;
  private TestFleet fleet;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    fleet = new TestFleet(directory);
    fleet.commits.push("main", 1);
    fleet.commits.push("try", 2);
    fleet.commits.tag("v0.9", 3);
    fleet.deployments.reconcile();
    join("grep-1", "grep");
    join("grep-2", "grep");
    join("gpu-1", "gpu");
    fleet.start("grep-1", "grep-2", "gpu-1");
    fleet.converge("grep-1", "grep-2", "gpu-1");
    browser =
        new Browser(
            new ApiTokens(fleet.store, fleet.clock),
            fleet.clock,
            new PinPages(
                fleet.views,
                fleet.operations.pins(),
                fleet.commits,
                new Numbers(),
                n -> fleet.store.read(tables -> tables.audit().newest(n))));
    browser.signIn("ann", "operator");
  }

  @AfterEach
  void stop() {
    browser.close();
    fleet.close();
  }

  private void join(String name, String role) {
    Invitation invitation =
        fleet
            .operations
            .invitations()
            .create(ADA, new Invitation.Request(null, Map.of("role", role), null, null, null));
    JoinToken token = JoinToken.parse(invitation.token());
    fleet.enrollment.enroll(
        TestFleet.key(name),
        new EnrollRequest(token.id(), token.secret(), new NodeName(name), null),
        TestFleet.FROM);
  }

  /** Says which commits it was asked to compare. */
  private static final class Numbers implements CommitHistory {
    @Override
    public List<String> changes(@Nullable CommitId before, CommitId now) {
      String from = before == null ? "nothing" : before.abbreviated();
      return List.of("from " + from + " to " + now.abbreviated() + ": grep restarts");
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

  private Document page() throws IOException {
    Browser.Answer answer = browser.get(PAGE);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.page();
  }

  private Browser.Answer foresee(String names, String selector, String ref) throws IOException {
    return browser.submit(
        PAGE + "/foresee",
        "names",
        names,
        "selector",
        selector,
        "ref",
        ref,
        "for",
        "2h",
        "reason",
        "it's why");
  }

  /** Sends the form of a page that foresees, as it stands there. */
  private void confirm(Browser.Answer foreseen) throws IOException {
    assertThat(foreseen.status()).as(foreseen.text()).isEqualTo(200);
    var inputs = foreseen.page().select("form[action=" + PAGE + "] input");
    assertThat(
            browser
                .post(
                    PAGE,
                    inputs.stream()
                        .flatMap(i -> java.util.stream.Stream.of(i.attr("name"), i.attr("value")))
                        .toArray(String[]::new))
                .status())
        .isEqualTo(303);
  }

  @Test
  void withoutAPinThePageSaysWhatOneIsFor() throws IOException {
    assertThat(page().select("#live-part").text()).contains("No node is pinned", "try a change");
    assertThat(page().select("table")).isEmpty();
  }

  @Test
  void aPinIsShownBeforeItIsMadeThenInForceThenEnded() throws IOException {
    Browser.Answer foreseen = foresee("grep-1", "", "try");
    assertThat(foreseen.page().select("h1").text()).isEqualTo("Pin grep-1 to try?");
    assertThat(foreseen.page().select(".moves tbody").text())
        .isEqualTo("grep-1 0000001 0000002 from 0000001 to 0000002: grep restarts");
    assertThat(foreseen.page().select(".cli code").text())
        .isEqualTo("pullcord pin grep-1 try --for 2h --reason 'it'\\''s why'");
    assertThat(fleet.views.pins()).isEmpty();

    confirm(foreseen);
    Document page = page();
    assertThat(page.select(".note.good").text())
        .isEqualTo("grep-1 is pinned to try until 2026-01-01 02:00 UTC.");
    assertThat(page.select("#pin-grep-1").text())
        .contains("of main")
        .contains("try branch 0000002 subject of 0000002")
        .contains("○waiting 0000001 not yet the pin's")
        .contains("it's why ann, now")
        .contains("in 2h");
    assertThat(page.select("#pin-grep-1 time[data-age=in]").attr("title"))
        .isEqualTo("2026-01-01T02:00:00Z");
    fleet.converge("grep-1");
    assertThat(page().select("#pin-grep-1").text()).contains("✓converged the pin's commit");

    assertThat(page().select("#unpin-grep-1 form p").text())
        .isEqualTo("grep-1 goes back to main at once, now 0000001 subject of 0000001.");
    assertThat(browser.submit(PAGE + "/grep-1/unpin").status()).isEqualTo(303);
    page = page();
    assertThat(page.select(".note.good").text())
        .isEqualTo("grep-1 is no longer pinned; it follows main again.");
    assertThat(page.select("[aria-label='Pins that have ended']").text())
        .contains("grep-1 try until 2026-01-01T02:00:00Z by ann: it's why — unpinned by ann now");
  }

  @Test
  void labelsChooseNodesAndThoseThatWereShownArePinned() throws IOException {
    Browser.Answer foreseen = foresee("", "role=grep", "v0.9");
    assertThat(foreseen.page().select("h1").text()).isEqualTo("Pin 2 nodes to v0.9?");
    assertThat(foreseen.page().select(".moves tbody tr")).hasSize(1);
    assertThat(foreseen.text()).contains("they stay on this commit");
    assertThat(foreseen.page().select(".cli code").text())
        .startsWith("pullcord pin -l role=grep v0.9 ");
    join("grep-3", "grep");

    confirm(foreseen);
    assertThat(page().select("tbody th a").eachText()).containsExactly("grep-1", "grep-2");
    assertThat(page().select("#pin-grep-2").text()).contains("v0.9 tag");
  }

  @Test
  void nodesThatRunDifferentCommitsMoveFromDifferentOnes() throws IOException {
    fleet.pin("gpu-1", "try", "1h");
    fleet.converge("gpu-1");
    Document page = foresee("grep-1, gpu-1", "", "try").page();
    assertThat(page.select(".moves tbody tr").eachText())
        .containsExactly(
            "grep-1 0000001 0000002 from 0000001 to 0000002: grep restarts",
            "gpu-1 ⚑ takes the place of the pin of gpu-1 to try by ada 0000002 0000002"
                + " nothing, it runs there already");
  }

  @Test
  void aPinWhoseTimeHasComeIsAmongTheEnded() throws IOException {
    fleet.pin("grep-1", "0000002", "1h");
    assertThat(page().select("#pin-grep-1").text()).contains("0000002 commit");
    fleet.advance(Duration.ofHours(1));
    fleet.operations.pins().expire();
    assertThat(page().select("[aria-label='Pins that have ended']").text())
        .contains("grep-1 0000002 until")
        .contains("its time had come now");
  }

  @Test
  void aPinToABranchThatIsGoneSaysSo() throws IOException {
    fleet.pin("grep-1", "try", "1h");
    fleet.commits.delete("try");
    assertThat(page().select("#pin-grep-1").text()).contains("try gone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''         | ''         | try   | which nodes?
          grep-1     | role=grep  | try   | which nodes?
          grep-9     | ''         | try   | there is no node grep-9; the fleet's page
          grep-1 ..  | ''         | try   | ..
          ''         | role=none  | try   | no node has
          ''         | a===b      | try   | selector, character 1
          grep-1     | ''         | gone  | there is no gone
          grep-1     | ''         | ''    | a branch, a tag or a commit expected
          """)
  void whatCannotBeIsSaidBesideWhatWasTyped(
      String names, String selector, String ref, String problem) throws IOException {
    Browser.Answer answer = foresee(names, selector, ref);
    assertThat(answer.status()).isBetween(400, 422);
    assertThat(answer.page().select(".wrong").text()).contains(problem);
    assertThat(answer.page().select("input[name=names]").attr("value")).isEqualTo(names);
    assertThat(answer.page().select("input[name=reason]").attr("value")).isEqualTo("it's why");
    assertThat(fleet.views.pins()).isEmpty();
  }

  @Test
  void whenANodeIsGoneMeanwhileNothingIsPinned() throws IOException {
    Browser.Answer foreseen = foresee("", "role=grep", "try");
    fleet.operations.nodes().remove(ADA, new NodeName("grep-2"));
    confirm(foreseen);
    assertThat(page().select(".note.bad").text())
        .isEqualTo("there is no node grep-2; the fleet's page lists them");
    assertThat(fleet.views.pins()).isEmpty();
  }

  @Test
  void aPinThatIsGoneCannotBeEnded() throws IOException {
    assertThat(browser.submit(PAGE + "/grep-1/unpin").status()).isEqualTo(303);
    assertThat(page().select(".note.bad").text()).startsWith("grep-1 is not pinned");
  }

  @Test
  void viewersSeePinsAndChangeNone() throws IOException {
    fleet.pin("grep-1", "try", "1h");
    browser.signIn("bob", "viewer");
    Document page = page();
    assertThat(page.select("tbody tr")).hasSize(1);
    assertThat(page.select("main form")).isEmpty();
    assertThat(foresee("grep-2", "", "try").status()).isEqualTo(403);
    assertThat(browser.submit(PAGE, "names", "grep-2", "ref", "try").status()).isEqualTo(403);
    assertThat(browser.submit(PAGE + "/grep-1/unpin").status()).isEqualTo(403);
    assertThat(fleet.views.pins()).hasSize(1);
  }

  @Test
  void aFormThatIsNotOursChangesNothing() throws IOException {
    fleet.pin("grep-1", "try", "1h");
    assertThat(browser.post(PAGE + "/grep-1/unpin", "form", "x").status()).isEqualTo(403);
    assertThat(browser.post(PAGE, "names", "grep-2", "ref", "try").status()).isEqualTo(403);
    assertThat(fleet.views.pins()).hasSize(1);
  }

  @Test
  void aBranchWithAnUnkindNameIsQuotedWhereItCanBeCopied() throws IOException {
    fleet.commits.push("a;reboot", 4);
    assertThat(
            foresee("grep-1", "", "a;reboot").page().select(".cli [data-copy]").attr("data-copy"))
        .startsWith("pullcord pin grep-1 'a;reboot' --for");
  }
}
