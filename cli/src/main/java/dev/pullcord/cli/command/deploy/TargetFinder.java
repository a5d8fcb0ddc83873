package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.client.ServerClient;
import dev.pullcord.cli.command.Answers;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.Shown;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the deployment that a word on the command line means: the newest of a branch, or of a
 * commit, of which at least 7 digits are given. A branch wins over a commit of the same letters.
 */
final class TargetFinder {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,40}");
  private static final int MOST_PAGES = 50;
  private final ServerClient server;

  TargetFinder(ServerClient server) {
    this.server = server;
  }

  /** The deployment, or nothing when the word looks like a commit that was not pushed (yet). */
  Optional<DeploymentView> find(String word) {
    Fleet fleet = Answers.need(server.fleet());
    String branch = word.startsWith("refs/heads/") ? word.substring(11) : word;
    for (Fleet.Ref ref : fleet.refs()) {
      if (ref.ref().equals(branch)) {
        Long id = ref.deployment();
        if (id == null) {
          throw new Failure(ExitCode.REFUSED, "nothing was pushed to " + branch + " yet");
        }
        return Optional.of(Answers.need(server.deployment(id)));
      }
    }
    if (!COMMIT.matcher(word).matches()) {
      String refs = fleet.refs().stream().map(Fleet.Ref::ref).collect(Collectors.joining(", "));
      throw Failure.usage(
          "no node follows "
              + Shown.of(word)
              + ": a commit (7 to 40 hex digits) or one of these branches expected: "
              + (refs.isEmpty() ? "none is followed" : refs));
    }
    return byCommit(word);
  }

  private Optional<DeploymentView> byCommit(String digits) {
    String cursor = null;
    for (int i = 0; i < MOST_PAGES; i++) {
      DeploymentView.Page page = Answers.need(server.deployments(null, cursor));
      for (DeploymentView deployment : page.deployments()) {
        if (deployment.commit().value().startsWith(digits)) {
          return Optional.of(deployment);
        }
      }
      cursor = page.next();
      if (cursor == null) {
        break;
      }
    }
    return Optional.empty();
  }
}
