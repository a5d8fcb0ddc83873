package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.security.Permission;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token of a screen on a wall: it opens the wall, and no other route of the table. */
class WallTokenTest {
  private static final Set<Permission> OF_ANYBODY =
      Set.of(Permission.ANONYMOUS, Permission.UI_WALL);

  /** It has the secret that forms need. */
  private static final String REFUSED = "/ui/pins";

  @TempDir Path directory;
  private WholeServer server;
  private OkHttpClient screen;
  private String token;

  @BeforeEach
  void start() throws IOException {
    server = new WholeServer(directory);
    screen = server.client(null).newBuilder().readTimeout(Duration.ofSeconds(30)).build();
    String body = send(api("POST", "/tokens", "{\"name\":\"hall\",\"role\":\"wall\"}")).body();
    token = PullcordJson.wire().readTree(body).path("token").asText();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Got(int code, String location, String body) {}

  private Request.Builder request(String path) {
    return new Request.Builder().url(server.url(Port.PEOPLE) + path);
  }

  private Request.Builder api(String method, String path, String body) {
    return request("/api/v1" + path)
        .header("Authorization", "Bearer " + server.token())
        .method(method, body.isEmpty() ? null : json(body));
  }

  private static RequestBody json(String body) {
    return RequestBody.create(body, MediaType.get("application/json"));
  }

  private Got send(Request.Builder request) throws IOException {
    try (Response answer = screen.newCall(request.build()).execute()) {
      return new Got(
          answer.code(), String.valueOf(answer.header("Location")), answer.body().string());
    }
  }

  /** Signs in as the page does that found the token in its own address. */
  private Got opens(WholeServer.Session before, String with) throws IOException {
    return send(
        request("/ui/sign-in")
            .header("Cookie", before.cookie())
            .header("Sec-Fetch-Site", "same-origin")
            .post(
                new FormBody.Builder()
                    .add("form", before.form())
                    .add("next", "/ui/wall?group=dc")
                    .add("screen", "yes")
                    .add("token", with)
                    .build()));
  }

  private static String path(Permissions.Line line) {
    return line.path()
        .replace("{repository}", "fleet.git")
        .replaceAll("\\{(name|node|worker)}", "web-1")
        .replaceAll("\\{\\w+}", "1")
        .replace("<ref>", "main");
  }

  @Test
  void itOpensTheWallAndIsRefusedAtEveryOtherRoute() throws IOException {
    WholeServer.Session session = server.signIn(screen, token, REFUSED);
    Got wall = send(request("/ui/wall").header("Cookie", session.cookie()));
    assertThat(wall.code()).isEqualTo(200);
    assertThat(wall.body())
        .contains("id=\"live-part\"")
        .doesNotContain("href=\"/ui\"", "href=\"/ui/nodes", "href=\"/ui/deployments");

    List<String> open = new ArrayList<>();
    for (Permissions.Line line : Permissions.standard().lines()) {
      if (line.port() == Port.PEOPLE
          && !OF_ANYBODY.contains(line.permission())
          && !line.path().startsWith("/ui/sign-out")) {
        Got got = send(asked(line, session));
        if (got.code() != 403) {
          open.add(line.method() + " " + line.path() + ": " + got.code());
        }
      }
    }
    assertThat(open).isEmpty();
  }

  private Request.Builder asked(Permissions.Line line, WholeServer.Session session) {
    Request.Builder request = request(path(line));
    boolean get = line.method().equals("GET");
    if (line.path().startsWith("/ui")) {
      request.header("Cookie", session.cookie()).header("Sec-Fetch-Site", "same-origin");
      RequestBody form = new FormBody.Builder().add("form", session.form()).build();
      return request.method(line.method(), get ? null : form);
    }
    String shown =
        line.path().startsWith("/git/")
            ? okhttp3.Credentials.basic("hall", token)
            : "Bearer " + token;
    return request.header("Authorization", shown).method(line.method(), get ? null : json("{}"));
  }

  @Test
  void onlyTheTokenOfAScreenIsTakenFromAnAddressAndARevokedOneNoMore() throws IOException {
    WholeServer.Session before = server.form(screen, "", "/ui/sign-in");
    assertThat(opens(before, server.token()).code()).isEqualTo(401);

    Got got = opens(before, token);
    assertThat(got.code()).isEqualTo(303);
    assertThat(got.location()).isEqualTo("/ui/wall?group=dc");

    WholeServer.Session session = server.signIn(screen, token, REFUSED);
    assertThat(send(api("DELETE", "/tokens/hall", "")).code()).isBetween(200, 204);
    assertThat(send(request("/ui/wall").header("Cookie", session.cookie())).location())
        .startsWith("/ui/sign-in");
  }
}
