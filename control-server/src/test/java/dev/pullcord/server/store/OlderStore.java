package dev.pullcord.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import java.util.Objects;

/**
 * What a server wrote before the output of steps had a column of its own, and before the newest
 * migrations: a node that runs the second of two commits, and what it said of that.
 */
public final class OlderStore {
  private static final String FIRST = "a".repeat(40);
  private static final String SECOND = "b".repeat(40);
  private static final String KEY = "c".repeat(64);

  private OlderStore() {}

  /** Rows, for SQLite and for PostgreSQL. */
  public static List<String> rows() {
    return List.of(
        "update counters set value = 7 where name = 'revision'",
        "insert into nodes (id, name, key_id, labels, ref, join_token, enrolled_at) values"
            + " (1, 'web-1', '%s', '{\"role\":\"web\"}', 'main', 'jt1', 1000)".formatted(KEY),
        "insert into refs (ref, commit_id, before_id, subject, author, pushed_by, moved_at) values"
            + " ('main', '%s', '%s', 'Two', 'Ann', 'ann', 3000)".formatted(SECOND, FIRST),
        deployment(1, FIRST, "SUPERSEDED"),
        deployment(2, SECOND, "RUNNING"),
        "update deployments set superseded_by = 2, outcome = 'CONVERGED', ended_at = 2500,"
            + " converged_at = 2500 where id = 1",
        "insert into members (deployment, node, joined_at) values (2, 1, 3000)",
        "insert into statuses (node, epoch, n, received_at, revision, status) values"
            + " (1, 1, 4, 4000, 7, '{\"node\":\"web-1\",\"state\":\"applying\","
            + "\"reason\":\"checking\",\"since\":\"2026-01-02T03:04:05Z\",\"ref\":\"main\","
            + "\"targetCommit\":\"%s\",\"trees\":{},\"workers\":{},\"spooledReports\":0}')"
                .formatted(SECOND),
        step(0, "12 patterns\\n\\u0000 \\\"quoted\\\""),
        step(1, ""));
  }

  private static String deployment(int id, String commit, String state) {
    return "insert into deployments (id, ref, commit_id, subject, author, pushed_by, state,"
        + " started_at) values (%d, 'main', '%s', 'S%d', 'Ann', 'ann', '%s', %d)"
            .formatted(id, commit, id, state, id * 1000);
  }

  private static String step(int place, String output) {
    return "insert into steps (node, epoch, n, place, deployment, step) values (1, 1, 4, %d, 2,"
            .formatted(place)
        + " '{\"pass\":9,\"index\":%d,\"commit\":\"%s\",\"kind\":\"check\","
            .formatted(place, SECOND)
        + "\"subject\":\"bin/check\",\"outcome\":\"ok\","
        + "\"startedAt\":\"2026-01-02T03:04:05.678Z\",\"tookMillis\":31,\"exitCode\":0,"
        + "\"output\":\"%s\"}')".formatted(output);
  }

  /** Sees that a server of this version reads them as they were meant. */
  public static void assertReadBy(Store store) {
    assertThat(store.<List<StoredNode>>read(t -> List.copyOf(t.nodes().all())))
        .singleElement()
        .satisfies(
            node -> assertThat(node.name().value()).isEqualTo("web-1"),
            node -> assertThat(node.settings().labels()).containsEntry("role", "web"));
    assertThat(store.<Long>read(t -> t.revisions().newest())).isEqualTo(7);
    List<DeploymentTable.StoredDeployment> deployments =
        store.read(t -> t.deployments().page("main", Long.MAX_VALUE, 9));
    assertThat(deployments)
        .extracting(DeploymentTable.StoredDeployment::state)
        .containsExactly(DeploymentView.State.RUNNING, DeploymentView.State.SUPERSEDED);
    assertThat(Objects.requireNonNull(deployments.getLast().next()).commit())
        .isEqualTo(new CommitId(SECOND));
    assertThat(store.<List<DeploymentTable.Member>>read(t -> t.deployments().members(2)))
        .hasSize(1);
    assertThat(store.<List<ReportTable.Latest>>read(t -> t.reports().all()))
        .singleElement()
        .satisfies(said -> assertThat(said.status().state()).isEqualTo(NodeState.APPLYING));
    assertThat(store.<List<StepRecord>>read(t -> t.reports().steps(2, 1, 1000)))
        .extracting(StepRecord::output)
        .containsExactly("12 patterns\n\0 \"quoted\"", "");
    assertThat(store.<List<StepRecord>>read(t -> t.reports().lastStepsWithoutOutput(1, 9)))
        .extracting(StepRecord::output)
        .containsExactly("", "");
    assertThat(store.<List<ReportTable.Done>>read(t -> t.reports().lastSteps(1, 9, 5)))
        .extracting(done -> done.step().output())
        .containsExactly(ReportTable.LEFT_OUT, "");
  }
}
