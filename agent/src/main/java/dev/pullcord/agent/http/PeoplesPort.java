package dev.pullcord.agent.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.tls.KeyTrust;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Tells the people's port of a server from other ports, for whoever mistook it for the agents'. */
public final class PeoplesPort {
  private static final long LIMIT_BYTES = 64 << 10;
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private PeoplesPort() {}

  /**
   * Whether a people's port answers at this address. The question has no secret in it, and a false
   * answer would only give a wrong hint, so whichever key is shown will do.
   */
  public static boolean answersAt(String url) {
    KeyTrust anybody = new Anybody();
    OkHttpClient client =
        ServerClients.baseline()
            .sslSocketFactory(TlsContexts.client(anybody).getSocketFactory(), anybody)
            .hostnameVerifier((host, session) -> true)
            .callTimeout(WITHIN)
            .build();
    try (Response response =
        client.newCall(new Request.Builder().url(url + "/api/v1/whoami").build()).execute()) {
      String body = response.peekBody(LIMIT_BYTES).string();
      return response.code() == 401
          && PullcordJson.wire().readValue(body, Problem.class) instanceof Problem problem
          && "UNAUTHENTICATED".equals(problem.code());
    } catch (JsonProcessingException _) {
      return false; // it speaks, and not as we do
    } catch (IOException _) {
      return false;
    }
  }

  private static final class Anybody extends KeyTrust {
    @Override
    protected void server(X509Certificate shown) {
      // Nothing is sent that has to be kept from anybody.
    }
  }
}
