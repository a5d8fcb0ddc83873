package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.config.HostLinks;
import org.jspecify.annotations.Nullable;

/**
 * Where pages lead to outside of this server.
 *
 * @param mirrored whether the repository lives elsewhere
 * @param commitUrl where a commit is shown there, with a hole for its id; null for nowhere
 */
public record UpstreamLinks(boolean mirrored, @Nullable String commitUrl) {
  /** Of a repository that lives here. */
  public static final UpstreamLinks NONE = new UpstreamLinks(false, null);

  /** Where this commit is shown; null for nowhere. */
  public @Nullable String commit(CommitId commit) {
    return commit(commit.value());
  }

  /** The same for all of its digits. */
  public @Nullable String commit(String digits) {
    return commitUrl == null ? null : commitUrl.replace(HostLinks.COMMIT, digits);
  }
}
