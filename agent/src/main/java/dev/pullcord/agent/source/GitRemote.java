package dev.pullcord.agent.source;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.git.BranchNames;
import dev.pullcord.git.IsolatedGit;
import dev.pullcord.git.pack.PackLimits;
import dev.pullcord.git.pack.PackRefusedException;
import dev.pullcord.git.remote.IncomingRepository;
import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.git.tree.TreeLimits;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A remote that commits are fetched from, and those of its refs that are mirrored.
 *
 * @param refs what is mirrored, below {@code refs/server/}
 * @param protocol of git: 0 needs one request less where few refs are shown, 2 lists only those
 *     that are asked for
 * @param link how it is reached
 * @param deltas packs that the remote makes for a known step
 */
public record GitRemote(RefSpec refs, int protocol, Link link, Deltas deltas) {
  /** A delta against a large file is made by somebody who has more memory than an agent. */
  private static final PackLimits LIMITS =
      new PackLimits(
          4L << 30,
          500_000,
          1 << 20,
          TreeLimits.TREE_BYTES_MAX,
          2L << 30,
          1 << 20,
          16L << 30,
          true);

  private static final String DELTA_TYPE = "application/x-git-packed-objects";

  /** How a remote is reached. */
  interface Link {
    /** Where it is now, for messages. */
    String url();

    /** A transport to be used once and closed; without a repository it only lists refs. */
    Transport open(@Nullable Repository repository) throws IOException;

    /** How many bytes have come so far. */
    long arrived();

    /** What ended an operation of such a transport, in one line. */
    String reason(IOException e);
  }

  /** To a remote that is no Pullcord server. */
  private record Outside(String url, RemoteTransports transports) implements Link {
    @Override
    public Transport open(@Nullable Repository repository) throws IOException {
      return transports.open(
          repository instanceof FileRepository mirror
              ? new IncomingRepository(mirror, LIMITS)
              : repository);
    }

    @Override
    public long arrived() {
      return transports.arrived();
    }

    @Override
    public String reason(IOException e) {
      return PackRefusedException.within(e)
          .map(refused -> refused + ", from " + url)
          .orElseGet(() -> String.valueOf(transports.fault(e).getMessage()));
    }
  }

  /**
   * The server's own git host: it shows this node exactly what it is to fetch.
   *
   * @param packs that the server sent before they were asked for
   */
  public static GitRemote ofServer(AgentHttp http, String repository, Deltas.Sent packs) {
    String path = "/git/" + repository + ".git";
    return new GitRemote(
        new RefSpec("+refs/*:refs/server/*"),
        0,
        new ServerLink(http, path),
        packs.before((have, want) -> {
          String from = have == null ? "" : "have=" + have + "&";
          return http.content(path + "/delta?" + from + "want=" + want, DELTA_TYPE);
        }));
  }

  /** One branch of a git remote that anybody may read. */
  static GitRemote ofPublic(String url, String branch) {
    RemoteAccess access = new RemoteAccess(new RemoteUrl(url), null, null, "git");
    return ofBranch(access, branch, HostClock.system());
  }

  /** One branch of any git remote. */
  public static GitRemote ofBranch(RemoteAccess access, String branch, HostClock clock) {
    String ref = "heads/" + branch;
    RemoteTransports transports =
        new RemoteTransports(
            access, System.getenv(), RemoteTransports.Times.usual(clock::now, clock::nanos));
    return new GitRemote(
        new RefSpec("+refs/" + ref + ":refs/server/" + ref),
        2,
        new Outside(access.url().text(), transports),
        Deltas.NONE);
  }

  /**
   * Any git remote that has the commits which a server decides on.
   *
   * @see GitSource
   */
  public static GitRemote ofCommits(RemoteAccess access, HostClock clock) {
    return ofBranch(access, "main", clock);
  }

  /** Where it is now, for messages. */
  public String url() {
    return link.url();
  }

  /** Where the branch is now; asks the remote and brings nothing. */
  public BranchHead head(String branch) {
    IsolatedGit.install(GitSource.MEMORY);
    return new Fetcher(this, Path.of("")).head(null, branch);
  }

  /** Whether git allows a branch of that name. */
  public static boolean isBranch(String name) {
    return BranchNames.isBranch(name);
  }
}
