package dev.pullcord.demo.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The people's API of a local server, with the admin's token. A refusal is an {@link
 * IllegalStateException} with the server's answer, a server that is away an {@link
 * UncheckedIOException}; {@link #call} returns the answer whatever it is.
 */
public final class FleetApi {
  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient client;
  private final String url;
  private final String token;

  FleetApi(String url, String token, X509TrustManager trust) {
    this.url = url;
    this.token = token;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      this.client =
          new OkHttpClient.Builder()
              .sslSocketFactory(context.getSocketFactory(), trust)
              .callTimeout(Duration.ofSeconds(20))
              .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body its text
   */
  public record Answer(int status, String body) {}

  /** Sends a request; the body is written as JSON, null sends none. */
  public Answer call(String method, String path, @Nullable Object body) {
    RequestBody sent = null;
    if (body != null) {
      sent = RequestBody.create(PullcordJson.write(body), JSON);
    } else if (method.equals("POST") || method.equals("PUT")) {
      sent = RequestBody.create(new byte[0]);
    }
    Request request =
        new Request.Builder()
            .url(url + path)
            .header("Authorization", "Bearer " + token)
            .method(method, sent)
            .build();
    try (Response response = client.newCall(request).execute()) {
      return new Answer(response.code(), response.body().string());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    }
  }

  /** Gets a resource as that type. */
  public <T> T get(String path, Class<T> type) {
    return read(call("GET", path, null), "GET " + path, type);
  }

  /** The fleet in numbers. */
  public Fleet fleet() {
    return get("/api/v1/fleet", Fleet.class);
  }

  /** Every node, in order of name. */
  public List<NodeView> nodes() {
    return get("/api/v1/nodes", NodeView.Page.class).nodes();
  }

  /** One node. */
  public NodeView node(String name) {
    return get("/api/v1/nodes/" + name, NodeView.class);
  }

  /** The newest deployments. */
  public List<DeploymentView> deployments() {
    return get("/api/v1/deployments", DeploymentView.Page.class).deployments();
  }

  /** A join token for so many nodes. */
  public Invitation invite(int uses) {
    Invitation.Request asked = new Invitation.Request(null, null, null, uses, null);
    String path = "/api/v1/invitations";
    return read(call("POST", path, asked), "POST " + path, Invitation.class);
  }

  /** Whether the server answers that it is ready. */
  public boolean isReady() {
    try {
      return call("GET", "/readyz", null).status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  private static <T> T read(Answer answer, String what, Class<T> type) {
    if (answer.status() / 100 != 2) {
      throw new IllegalStateException(what + " → " + answer.status() + " " + answer.body());
    }
    try {
      return PullcordJson.wire().readValue(answer.body(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(what + " answered what is no " + type.getSimpleName(), e);
    }
  }
}
