package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code release/1.2} is a usual name of a branch, and its slash is no other place. */
class BranchInAddressTest {
  @TempDir Path directory;

  @Test
  void aBranchWithSlashesIsFoundByItsWholeName() throws IOException {
    try (WholeServer server = new WholeServer(directory, PortRoutes.Table.STANDARD)) {
      for (String path :
          List.of(
              "rollouts/release/1.2/pause",
              "rollouts/release/1.2/resume",
              "rollouts/release/1.2/promote",
              "refs/release/1.2/rollback")) {
        assertThat(refused(server, path).detail()).as(path).contains("release/1.2");
      }
    }
  }

  private static Problem refused(WholeServer server, String path) throws IOException {
    OkHttpClient client = TestServer.client(null);
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/api/v1/" + path)
            .header("Authorization", "Bearer " + server.token())
            .post(RequestBody.create("{\"reason\":\"x\"}", MediaType.get("application/json")))
            .build();
    try (Response answer = client.newCall(request).execute()) {
      Problem problem = PullcordJson.wire().readValue(answer.body().string(), Problem.class);
      assertThat(problem).as(path).isNotNull();
      assertThat(problem.code()).as(path).isNotIn("NOT_FOUND", "MALFORMED");
      return problem;
    }
  }
}
