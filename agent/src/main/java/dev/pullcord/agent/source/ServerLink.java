package dev.pullcord.agent.source;

import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.GitRefusedException;
import java.io.IOException;
import java.net.URISyntaxException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * To the server's own git host, over the connections of everything else that the server is asked.
 *
 * @param http with the pinned keys
 * @param path of the repository there
 */
record ServerLink(AgentHttp http, String path) implements GitRemote.Link {
  private static final int TIMEOUT_SECONDS = 60;

  @Override
  public String url() {
    return http.url(path);
  }

  @Override
  public long arrived() {
    return http.arrived();
  }

  @Override
  public Transport open(@Nullable Repository repository) throws IOException {
    String url = url();
    Transport transport;
    try {
      URIish uri = new URIish(url);
      transport = repository == null ? Transport.open(uri) : Transport.open(repository, uri);
    } catch (URISyntaxException e) {
      throw new IOException("not a remote: " + url, e);
    }
    transport.setTimeout(TIMEOUT_SECONDS);
    if (transport instanceof TransportHttp git) {
      git.setHttpConnectionFactory(http.gitConnections());
    }
    return transport;
  }

  @Override
  public String reason(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof GitRefusedException refused) {
        return String.valueOf(refused.getMessage());
      }
      if (cause instanceof NoRemoteRepositoryException) {
        return url() + ": there is no git repository";
      }
    }
    return url() + ": " + deepest(e);
  }

  private static @Nullable String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause().getMessage() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }
}
