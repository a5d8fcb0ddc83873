package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.desired.CommitHistory;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What lies between the branch's head before and a deployment's commit.
 *
 * @param lines as a pusher is told
 * @param patches of the first files, by path
 */
record Changed(
    List<String> lines,
    List<CommitHistory.HistoryCommit> commits,
    List<CommitHistory.FileChange> files,
    Map<String, CommitHistory.FilePatch> patches) {
  private static final int COMMITS_SHOWN = 50;
  private static final int FILES_SHOWN = 200;
  private static final int PATCHES_SHOWN = 20;
  private static final int PATCH_LINES = 200;
  private static final int NODES_LOOKED_AT = 10_000;

  /** Where a page does not show it again. */
  static final Changed NOT_READ = new Changed(List.of(), List.of(), List.of(), Map.of());

  Changed {
    lines = List.copyOf(lines);
    commits = List.copyOf(commits);
    files = List.copyOf(files);
    patches = Map.copyOf(patches);
  }

  static Changed read(FleetReader fleet, CommitHistory history, DeploymentView deployment) {
    List<String> lines = new ArrayList<>(history.changes(deployment.before(), deployment.commit()));
    Set<Map<String, String>> labels =
        fleet.nodes(Selector.ALL, Set.of(), null, NODES_LOOKED_AT).stream()
            .filter(n -> n.deployment() != null && n.deployment() == deployment.id())
            .map(NodeView::labels)
            .collect(Collectors.toSet());
    history.ineffective(deployment.commit(), labels).forEach(line -> lines.add("warning: " + line));
    List<CommitHistory.FileChange> files =
        history.files(deployment.before(), deployment.commit(), FILES_SHOWN);
    List<CommitHistory.FileChange> read = files.subList(0, Math.min(PATCHES_SHOWN, files.size()));
    return new Changed(
        lines,
        history.commits(deployment.before(), deployment.commit(), COMMITS_SHOWN),
        files,
        history.patches(deployment.before(), deployment.commit(), read, PATCH_LINES).stream()
            .collect(Collectors.toMap(CommitHistory.FilePatch::path, p -> p, (a, _) -> a)));
  }

  Moment moment(CommitHistory.HistoryCommit entry) {
    return new Moment(entry.at());
  }

  boolean cut() {
    return files.size() == FILES_SHOWN || commits.size() == COMMITS_SHOWN;
  }
}
