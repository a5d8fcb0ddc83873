package dev.pullcord.agent.config;

import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.Durations;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code agent.yaml}, read strictly: every problem at once, none of them ignored. The keys are
 * described in {@code docs/reference/agent-config.md}.
 *
 * @param state the state directory
 * @param node what a node without a server is called
 * @param git the remote to follow without a server; null with one
 * @param webhook what is told of each outcome without a server; null for nothing
 * @param poll how often the server is asked, were every event lost
 * @param policy what this host lets a commit do
 * @param labels of a node without a server
 * @param metrics where it shows its status to the host's monitoring
 */
public record AgentConfig(
    Path state,
    NodeName node,
    @Nullable Git git,
    @Nullable Notify webhook,
    Duration poll,
    LocalPolicy policy,
    Map<String, String> labels,
    Metrics metrics) {
  /** Read when it is there and no other is named. */
  public static final Path DEFAULT_FILE = Path.of("/etc/pullcord/agent.yaml");

  /** Where state is kept unless something else is said. */
  public static final Path DEFAULT_STATE = Path.of("/var/lib/pullcord");

  /**
   * A remote that is followed without a server.
   *
   * @param remote where it is, and how it is reached
   * @param branch short
   * @param poll how often it is asked
   */
  public record Git(RemoteAccess remote, String branch, Duration poll) {}

  /**
   * Who is told of each outcome.
   *
   * @param url is sent a signed message
   * @param secretFile with what it is signed; read for each message
   * @param caFile the authorities to trust in place of the system's, read for each message; null
   *     for the system's
   */
  public record Notify(URI url, Path secretFile, @Nullable Path caFile) {}

  /**
   * Where the agent shows its status to the host's monitoring.
   *
   * @param listen a loopback address; null for none
   * @param textfile of node_exporter; null for none
   */
  public record Metrics(@Nullable InetSocketAddress listen, @Nullable Path textfile) {
    /** Nowhere. */
    public static final Metrics NONE = new Metrics(null, null);
  }

  /** What came of reading it. */
  public sealed interface Result {
    /**
     * It can be used.
     *
     * @param config the values in force
     */
    record Read(AgentConfig config) implements Result {}

    /**
     * It cannot.
     *
     * @param problems all of them, one line each
     */
    record Bad(List<String> problems) implements Result {
      /** Copies. */
      public Bad {
        problems = List.copyOf(problems);
      }
    }
  }

  /** One line with every value in force; there is no secret among them. */
  public String text() {
    Git remote = git;
    String server =
        "poll "
            + Durations.format(poll)
            + ", "
            + policy.text()
            + (metrics.listen() == null ? "" : ", metrics.listen " + metrics.listen())
            + (metrics.textfile() == null ? "" : ", metrics.textfile " + metrics.textfile());
    return "state "
        + state
        + ", "
        + server
        + (remote == null
            ? ""
            : ", node "
                + node
                + ", git.url "
                + remote.remote().url()
                + ", git.branch "
                + remote.branch()
                + ", git.poll "
                + Durations.format(remote.poll())
                + (webhook == null ? "" : ", notify.url " + webhook.url())
                + ", labels "
                + (labels.isEmpty() ? "none" : Labels.text(labels)));
  }
}
