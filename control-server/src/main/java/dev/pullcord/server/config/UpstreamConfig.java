package dev.pullcord.server.config;

import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteUrl;
import java.time.Duration;
import java.util.List;

/**
 * The repository that the server mirrors: {@code upstream} of {@code server.yaml}.
 *
 * @param remote where it is, and how it is reached
 * @param refs which of its refs are mirrored
 * @param poll from one look to the next, on average
 * @param host what else its host does
 */
public record UpstreamConfig(RemoteAccess remote, Refs refs, Duration poll, HostLinks host) {
  /** Where it is. */
  public RemoteUrl url() {
    return remote.url();
  }

  /**
   * Which refs are mirrored, by pattern: a star stands for any text.
   *
   * @param branches none for the branch that the upstream's HEAD names
   * @param tags none for no tags
   */
  public record Refs(List<String> branches, List<String> tags) {
    /** Copies. */
    public Refs {
      branches = List.copyOf(branches);
      tags = List.copyOf(tags);
    }
  }
}
