package dev.pullcord.agent.source;

import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.protocol.id.Shown;
import java.net.URI;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;

/**
 * Where commits are fetched from, and which of its refs are mirrored.
 *
 * @param url {@code https://} or {@code file://}
 * @param refs what is mirrored, below {@code refs/server/}
 * @param protocol of git: 0 needs one request less where few refs are shown, 2 lists only those
 *     that are asked for
 * @param connections how HTTP is spoken; a new one for each transport
 * @param deltas packs that the remote makes for a known step
 */
public record GitRemote(
    String url,
    RefSpec refs,
    int protocol,
    Supplier<HttpConnectionFactory2> connections,
    Deltas deltas) {

  private static final String DELTA_TYPE = "application/x-git-packed-objects";

  /** The server's own git host: it shows this node exactly what it is to fetch. */
  public static GitRemote ofServer(AgentHttp http, String repository) {
    String path = "/git/" + repository + ".git";
    return new GitRemote(
        http.url(path),
        new RefSpec("+refs/*:refs/server/*"),
        0,
        http::gitConnections,
        (have, want) -> http.content(path + "/delta?have=" + have + "&want=" + want, DELTA_TYPE));
  }

  /** One branch of any git remote that can be read without credentials. */
  public static GitRemote ofBranch(String url, String branch) {
    String ref = "heads/" + branch;
    return new GitRemote(
        checked(url),
        new RefSpec("+refs/" + ref + ":refs/server/" + ref),
        2,
        AgentHttp::gitConnectionsWithSystemTrust,
        Deltas.NONE);
  }

  /** Refuses what cannot be a remote with an {@link IllegalArgumentException}. */
  public static String checked(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Shown.of(url) + " is not a URL", e);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "there is a user name or a password in the URL; a remote that can be read without is"
              + " expected");
    }
    boolean https = "https".equals(uri.getScheme()) && uri.getHost() != null;
    boolean file = "file".equals(uri.getScheme()) && uri.getHost() == null;
    if (!https && !file) {
      throw new IllegalArgumentException(
          Shown.of(url) + " is not a remote: https://HOST/PATH or file:///PATH expected");
    }
    return url;
  }

  /** Whether git allows a branch of that name. */
  public static boolean isBranch(String name) {
    return Repository.isValidRefName(Constants.R_HEADS + name) && !name.startsWith("-");
  }
}
