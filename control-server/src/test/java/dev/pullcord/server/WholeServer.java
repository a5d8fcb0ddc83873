package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.alert.AlertSettings;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.config.ServerLimits;
import dev.pullcord.server.config.ServerNames;
import dev.pullcord.server.config.ServerPlace;
import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.dashboard.FleetBadge;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The server as {@code run} starts it, on free ports, with the token that {@code init} printed. */
final class WholeServer implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");

  private final Path directory;
  private final String token;
  private final JsonNode ports;
  private final ServerAssembly running;

  WholeServer(Path directory) throws IOException {
    this(directory, PortRoutes.Table.STANDARD);
  }

  WholeServer(Path directory, PortRoutes.Table table) throws IOException {
    this(directory, table, null);
  }

  /** One that mirrors a repository. */
  WholeServer(Path directory, PortRoutes.Table table, @Nullable UpstreamConfig upstream)
      throws IOException {
    this.directory = directory;
    Path state = directory.resolve("state");
    StringWriter out = new StringWriter();
    ServerMain.commandLine()
        .setOut(new PrintWriter(out))
        .execute("init", "--state", state.toString(), "-o", "json");
    token = PullcordJson.wire().readTree(out.toString()).path("adminToken").asText();
    Address any = new Address("127.0.0.1", 0);
    running =
        ServerAssembly.start(
            new ServerConfig(
                new ServerPlace(state, null),
                any,
                any,
                false,
                ServerNames.FOUND,
                ServerLimits.standard(),
                upstream,
                FleetBadge.NONE,
                AlertSettings.NONE),
            table);
    ports = PullcordJson.wire().readTree(state.resolve("ports.json").toFile());
  }

  String token() {
    return token;
  }

  String url(Port port) {
    return ports.path(port == Port.PEOPLE ? "peopleUrl" : "agentsUrl").asText();
  }

  /** A client that shows a key of that name, or none, and does not wait for what a stream says. */
  OkHttpClient client(@Nullable String key) throws IOException {
    CertifiedKey shown =
        key == null ? null : TlsKeys.create(directory, key, List.of("localhost"), Instant.EPOCH);
    return TestServer.client(shown).newBuilder().readTimeout(500, TimeUnit.MILLISECONDS).build();
  }

  /** The client of a node that has joined. */
  OkHttpClient node(String name) throws IOException {
    OkHttpClient client = client(name);
    Request invite =
        new Request.Builder()
            .url(url(Port.PEOPLE) + "/api/v1/invitations")
            .header("Authorization", "Bearer " + token)
            .post(RequestBody.create("{}", JSON))
            .build();
    JoinToken join;
    try (Response answer = TestServer.client(null).newCall(invite).execute()) {
      join =
          JoinToken.parse(
              PullcordJson.wire().readTree(answer.body().string()).path("token").asText());
    }
    EnrollRequest enroll = new EnrollRequest(join.id(), join.secret(), new NodeName(name), null);
    Request request =
        new Request.Builder()
            .url(url(Port.AGENTS) + "/agent/v1/enroll")
            .post(RequestBody.create(PullcordJson.write(enroll), null))
            .build();
    OkHttpClient patient = client.newBuilder().readTimeout(60, TimeUnit.SECONDS).build();
    try (Response answer = patient.newCall(request).execute()) {
      assertThat(answer.code()).isEqualTo(200);
    }
    return client;
  }

  /**
   * A browser's session.
   *
   * @param cookie that it sends
   * @param form the secret of its forms
   */
  record Session(String cookie, String form) {}

  /** Signs in with the token. */
  Session signIn(OkHttpClient browser) throws IOException {
    return signIn(browser, token, "/ui/pins");
  }

  /** Signs in with that token, and opens that page. */
  Session signIn(OkHttpClient browser, String with, String page) throws IOException {
    Session before = form(browser, "", "/ui/sign-in");
    Request request =
        new Request.Builder()
            .url(url(Port.PEOPLE) + "/ui/sign-in")
            .header("Cookie", before.cookie())
            .header("Sec-Fetch-Site", "same-origin")
            .post(new FormBody.Builder().add("form", before.form()).add("token", with).build())
            .build();
    try (Response answer = browser.newCall(request).execute()) {
      return form(browser, cookie(answer, before.cookie()), page);
    }
  }

  /** What a page has for the forms on it. */
  Session form(OkHttpClient browser, String cookie, String page) throws IOException {
    Request request =
        new Request.Builder().url(url(Port.PEOPLE) + page).header("Cookie", cookie).build();
    try (Response answer = browser.newCall(request).execute()) {
      String html = answer.body().string();
      assertThat(html).contains("name=\"form\"");
      String form = html.replaceFirst("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");
      return new Session(cookie(answer, cookie), form);
    }
  }

  private static String cookie(Response answer, String before) {
    String set = answer.header("Set-Cookie");
    return set == null ? before : set.substring(0, set.indexOf(';'));
  }

  /** What is wrong with a refusal: it is our fault, no problem document, or names a class. */
  static @Nullable String wrong(String what, String path, Response answer) throws IOException {
    if (answer.code() < 400) {
      return null;
    }
    String type = String.valueOf(answer.header("Content-Type"));
    String body = answer.body().string();
    boolean git = path.startsWith("/git/") && type.startsWith("text/plain");
    boolean page = path.startsWith("/ui") && type.startsWith("text/html");
    boolean problem =
        type.equals("application/problem+json")
            && PullcordJson.wire().readTree(body).path("code").asText().matches("[A-Z][A-Z0-9_]+")
            && PullcordJson.wire().readTree(body).path("status").asInt() == answer.code();
    boolean ours = problem || page || (git && body.matches("(?s)[A-Z][A-Z0-9_]+  .*"));
    boolean names =
        body.matches("(?s).*(java\\.|jetty|javalin|jackson|dev\\.pullcord|Exception|\tat ).*");
    return answer.code() == 500 || !ours || names
        ? what + " -> " + answer.code() + " " + type + " " + body
        : null;
  }

  @Override
  public void close() {
    running.close();
  }
}
