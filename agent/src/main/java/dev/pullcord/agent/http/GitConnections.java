package dev.pullcord.agent.http;

import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory2;
import org.jspecify.annotations.Nullable;

/**
 * JGit's requests over OkHttp. One instance serves one transport.
 *
 * <p>JGit leaves the bodies of some answers open, and a connection that went back to the pool half
 * read fails the next request that gets it. So the answer before is closed when the next connection
 * is made, and the last one when JGit closes its transport.
 */
final class GitConnections implements HttpConnectionFactory2, HttpConnectionFactory2.GitSession {
  private final OkHttpClient client;
  private @Nullable OkHttpGitConnection last;

  GitConnections(OkHttpClient client) {
    this.client = client;
  }

  @Override
  public HttpConnection create(URL url) {
    close();
    OkHttpGitConnection connection = new OkHttpGitConnection(client, url);
    last = connection;
    return connection;
  }

  @Override
  public HttpConnection create(URL url, @Nullable Proxy proxy) {
    // Which proxy is used is the client's own business.
    return create(url);
  }

  @Override
  public GitSession newSession() {
    return this;
  }

  @Override
  public HttpConnection configure(HttpConnection connection, boolean sslVerify) throws IOException {
    if (!sslVerify) {
      throw new IOException("TLS is always checked; http.sslVerify cannot be switched off");
    }
    return connection;
  }

  @Override
  public void close() {
    OkHttpGitConnection open = last;
    last = null;
    if (open != null) {
      open.close();
    }
  }
}
