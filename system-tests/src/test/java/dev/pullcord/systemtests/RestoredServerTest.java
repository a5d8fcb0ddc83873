package dev.pullcord.systemtests;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.demo.fleet.GitClone;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server is backed up while it runs, its host's state is lost after another push, and it is
 * restored. Nodes that run that push are named everywhere, keep it, and take up what is pushed
 * next.
 */
class RestoredServerTest {
  private static final String MISSING = "which this server does not have";

  @RegisterExtension static final Browser browser = new Browser();

  @TempDir Path directory;
  private LocalFleet fleet;
  private String newer;

  @BeforeEach
  void restore() throws IOException {
    fleet = browser.of(Fleets.converged(directory.resolve("fleet"), 2));
    Path backup = directory.resolve("server.backup");
    server("backup", backup.toString());
    fleet.workTree().write(SmallWork.task("2"));
    newer = fleet.workTree().commit("Newer than the backup");
    assertThat(fleet.workTree().push(_ -> {}, "-o", "nowait", "origin", "HEAD").exit()).isZero();
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, newer));
    fleet.stopServer();
    delete(fleet.serverState());
    server("restore", backup.toString());
    fleet.startServer();
  }

  private void server(String verb, String file) {
    String state = fleet.serverState().toString();
    List<String> argv = List.of(fleet.programs().server(), verb, file, "--state", state);
    ProgramCall.of(directory, Map.of(), argv).runOrFail();
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Waits for the node's own word after that moment: what the store says is of the backup. */
  private NodeView ahead(LocalAgent agent, Instant after) {
    return Eventually.within(Fleets.RECOVERY)
        .until(
            agent.name() + " says what it runs",
            () -> fleet.api().node(agent.name()),
            node ->
                node.state() == NodeState.FAILED
                    && node.reason().contains(MISSING)
                    && newer.equals(String.valueOf(node.appliedCommit()))
                    && Objects.requireNonNull(node.lastSeen()).isAfter(after));
  }

  private static void shot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(Path.of("target/screenshots/" + name + ".png"))
            .setFullPage(true));
  }

  @Test
  void nodesThatRunWhatItDoesNotHaveAreNamedAndGoBackOnlyWhenTold() {
    LocalAgent first = fleet.agent(0);
    LocalAgent second = fleet.agent(1);
    List<Long> pids = first.workers().stream().map(w -> w.pid()).toList();
    for (LocalAgent agent : fleet.agents()) {
      assertThat(ahead(agent, Instant.EPOCH).reason()).contains(newer.substring(0, 7));
    }

    ProgramCall.Result status = fleet.cli("status");
    assertThat(status.exit()).isEqualTo(1);
    assertThat(status.output()).contains("node-1", "node-2", MISSING);
    assertThat(fleet.cli("why", "node-1").output()).contains(MISSING, "takes nothing older");
    Page page =
        Browser.signedIn(
            browser.person(1280, 900, ColorScheme.LIGHT), fleet.url(), fleet.adminToken());
    assertThat(page.locator("main")).containsText(MISSING);
    shot(page, "restored-server");
    page.navigate(fleet.url() + "/ui/nodes/node-1");
    assertThat(page.locator("main")).containsText("takes nothing older by itself");
    shot(page, "restored-server-node");

    second.kill9();
    Instant killed = Instant.now();
    second.start();
    ahead(second, killed);
    Fleets.oneReleaseAndOneWorker(first, newer);
    Fleets.oneReleaseAndOneWorker(second, newer);

    assertThat(fleet.workTree().push(_ -> {}, "origin", "HEAD").converged()).isTrue();
    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, newer));
    assertThat(first.workers().stream().map(w -> w.pid())).isEqualTo(pids);
    assertThat(fleet.cli("status").exit()).isZero();
  }

  @Test
  void aCommitOnTopOfWhatItHasIsTakenUpWhenNobodyHasTheLostOne() {
    fleet.agents().forEach(agent -> ahead(agent, Instant.EPOCH));
    GitClone other = fleet.newClone("other");
    other.write(SmallWork.task("3"));
    String next = other.commit("After the restore");

    assertThat(other.push(_ -> {}, "origin", "HEAD").converged()).isTrue();

    fleet.agents().forEach(agent -> Fleets.convergedOn(fleet, agent, next));
  }
}
