package dev.pullcord.server.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.api.PlanView.Effect;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.FakeFleet;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.comparison.History;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.view.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetPlanTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        search-files: {paths: [search/], on-change: nothing}
        task-code: {paths: [bin/]}
      check: [{run: [bin/check, search/]}]
      workers:
        grep: {kind: process, run: [bin/work], restart: overlap, env-file: /etc/grep.env}
        beat: {kind: process, run: [bin/work]}
      """;

  @TempDir Path directory;
  private final FakeFleet fleet = new FakeFleet();
  private RepositoryStore store;
  private Git git;
  private CommitId first;

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
    git.commit("pullcord.yaml", MANIFEST);
    git.commit("search/words", "one\n");
    first = new CommitId(git.commit("bin/work", "#!/bin/sh\n"));
    push("main");
    fleet.node("a", "main").node("b", "main").node("new", "main").node("other", "staging");
    List.of("a", "b", "other").forEach(node -> fleet.applied(node, first));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void push(String ref) throws IOException, InterruptedException {
    git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "HEAD:" + ref);
  }

  private PlanView plan(String asked) {
    return plan(asked, "");
  }

  private PlanView plan(String asked, String selector) {
    return new FleetPlan(fleet, store, new History(store)).of(asked, Selector.parse(selector));
  }

  private static List<String> names(PlanView.Group group) {
    return group.nodes().stream().map(n -> n.name().value()).toList();
  }

  private PlanView.Group groupOf(PlanView plan, String node) {
    return plan.groups().stream().filter(g -> names(g).contains(node)).findFirst().orElseThrow();
  }

  @Test
  void tellsHandOverFromRestartAndGroupsNodesToWhichTheSameWouldHappen() throws Exception {
    git.commit("bin/work", "#!/bin/sh\nexec true\n");
    push("main");

    PlanView plan = plan("main");

    PlanView.Group running = groupOf(plan, "a");
    assertThat(running.effect()).isEqualTo(Effect.RELEASED);
    assertThat(running.bundles()).containsExactly("task-code");
    assertThat(running.workers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("grep", Action.HAND_OVER, "beat", Action.RESTART));
    assertThat(names(running)).containsExactly("a", "b");
    PlanView.Group fresh = groupOf(plan, "new");
    assertThat(fresh.workers()).containsOnlyKeys("grep", "beat").containsValue(Action.START);
    assertThat(fresh.bundles()).containsExactly("search-files", "task-code");
    assertThat(plan.followed()).isTrue();
    assertThat(plan.apart())
        .containsExactly(new PlanView.Apart(new NodeName("other"), "follows staging"));
    assertThat(plan.check()).containsExactly("bin/check search/");
    assertThat(plan.nodesOwn()).containsExactly("grep");
  }

  @Test
  void saysWhichOfTheNodesThatItReachesWouldBeHeldForNow() throws Exception {
    git.commit("search/words", "two\n");
    push("main");
    fleet.held("a", "held: frozen until 18:00").held("other", "held: frozen until 18:00");

    assertThat(plan("main").held())
        .containsExactly(new PlanView.Apart(new NodeName("a"), "held: frozen until 18:00"));
    fleet.applied("a", new CommitId(git.ok("rev-parse", "HEAD").strip()));
    assertThat(plan("main").held()).isEmpty();
  }

  @Test
  void aBranchThatNobodyFollowsIsPlannedForEveryNodeThatIsNotPinned() throws Exception {
    git.ok("checkout", "-q", "-b", "try");
    git.commit("search/words", "two\n");
    push("refs/heads/try");
    fleet.pinned(
        new PinView(new NodeName("b"), "v1", first, "ann", "r", Instant.EPOCH, Instant.EPOCH));

    PlanView plan = plan("try");

    assertThat(plan.followed()).isFalse();
    PlanView.Group group = groupOf(plan, "a");
    assertThat(names(group)).containsExactly("a", "other");
    assertThat(group.effect()).isEqualTo(Effect.RELEASED);
    assertThat(group.bundles()).containsExactly("search-files");
    assertThat(group.workers()).isEmpty();
    assertThat(plan.apart())
        .containsExactly(new PlanView.Apart(new NodeName("b"), "pinned to v1 by ann"));
    assertThat(plan("try", "role=a").groups()).hasSize(1);
  }

  @Test
  void aNodePinnedToTheBranchIsReachedByIt() throws Exception {
    git.ok("checkout", "-q", "-b", "try");
    CommitId tried = new CommitId(git.commit("search/words", "two\n"));
    push("refs/heads/try");
    fleet.pinned(
        new PinView(new NodeName("b"), "try", tried, "ann", "r", Instant.EPOCH, Instant.EPOCH));

    PlanView plan = plan("try");

    assertThat(plan.followed()).isTrue();
    assertThat(plan.groups()).singleElement().satisfies(g -> assertThat(names(g)).contains("b"));
    assertThat(plan.apart()).extracting(a -> a.why()).contains("follows main", "follows staging");
  }

  @Test
  void whatTouchesNothingOrIsNotKnownIsSaidAsSuch() throws Exception {
    git.commit("README.md", "hello\n");
    push("main");
    fleet.applied("b", new CommitId("ab".repeat(20)));
    fleet.applied("new", new CommitId(git.commit("bin/work", "#!/bin/bash\n")));

    assertThat(groupOf(plan("main"), "a").effect()).isEqualTo(Effect.NOTED);
    assertThat(groupOf(plan("main"), "b").effect()).isEqualTo(Effect.UNKNOWN);
    assertThat(groupOf(plan(first.abbreviated()), "a").effect()).isEqualTo(Effect.RUNS_IT);
  }

  @Test
  void aWorkerThatIsGoneStopsAndAFileThatComesIntoABundleIsReleased() throws Exception {
    git.commit("notes/a", "a\n");
    push("main");
    CommitId before = new CommitId(git.ok("rev-parse", "HEAD").strip());
    fleet.applied("a", before);
    git.commit(
        "pullcord.yaml",
        MANIFEST
            .replaceFirst("(?m)^  beat:.*\n", "")
            .replace("[search/], on", "[search/, notes/], on"));
    push("main");

    PlanView.Group group = groupOf(plan("main"), "a");
    assertThat(group.workers()).isEqualTo(Map.of("beat", Action.STOP));
    assertThat(group.bundles()).containsExactly("search-files");
  }

  @Test
  void aSelectionWithoutAFollowerDoesNotMakeABranchOneThatNobodyFollows() {
    PlanView plan = plan("main", "role=other");

    assertThat(plan.followed()).isTrue();
    assertThat(plan.groups()).isEmpty();
    assertThat(plan.apart()).extracting(a -> a.why()).containsExactly("follows staging");
  }

  @Test
  void eachNodeIsPlannedForWithItsOwnLabels() throws Exception {
    fleet.label("b", Map.of("role", "gpu"));
    git.commit(
        "pullcord.yaml",
        MANIFEST + "nodes: [{match: {role: gpu}, workers: {beat: {env: {A: b}}}}]\n");
    push("main");

    assertThat(groupOf(plan("main"), "a").effect()).isEqualTo(Effect.NOTED);
    assertThat(groupOf(plan("main"), "b").workers()).isEqualTo(Map.of("beat", Action.RESTART));
  }

  @Test
  void whatDoesNotGoTogetherOnANodeIsRefusedThereAlone() throws Exception {
    fleet.label("b", Map.of("role", "gpu", "dc", "north"));
    git.commit(
        "pullcord.yaml",
        MANIFEST
            + """
            nodes:
              - match: {role: gpu}
                workers: {grep: {health: {kind: command, run: [bin/ok], times: 20}}}
              - match: {dc: north}
                workers: {grep: {health: {kind: command, run: [bin/ok], deadline: 30s}}}
            """);
    push("main");

    PlanView.Group refused = groupOf(plan("main"), "b");
    assertThat(refused.effect()).isEqualTo(Effect.REFUSED);
    assertThat(refused.problems()).first().asString().contains("pullcord.yaml:");
    assertThat(groupOf(plan("main"), "a").effect()).isEqualTo(Effect.NOTED);
  }

  @Test
  void aWorkerThatAnOperatorHasStoppedIsNotTouched() throws Exception {
    fleet.stopped("b", "grep");
    git.commit("bin/work", "#!/bin/sh\nexec true\n");
    push("main");

    assertThat(groupOf(plan("main"), "b").workers()).isEqualTo(Map.of("beat", Action.RESTART));
  }

  @Test
  void aBadManifestIsShownWithLineAndColumn() throws Exception {
    git.commit("pullcord.yaml", "version: 1\nbundles: 7\n");
    push("refs/tags/bad");

    PlanView plan = plan("bad");

    assertThat(plan.problems()).first().asString().contains("pullcord.yaml").contains("2:10");
    assertThat(plan.groups()).isEmpty();
    assertThatThrownBy(() -> plan("nothing"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("branches: main");
  }
}
