package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.TlsKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks every route of both ports for odd things, with every kind of credentials. Each refusal is a
 * problem document with a code of ours; nothing names a class, and nothing is our fault.
 */
class WireAnswersTest {
  private static final int TIMES = Boolean.getBoolean("pullcord.full") ? 200 : 12;
  private static final long SEED = 20_261_128;
  private static final String NONE = "";

  private static final List<String> WORDS =
      List.of(
          "x",
          "main",
          "web-1",
          "..",
          "%2e%2e%2f",
          "%00",
          "%ff",
          "a%0ab",
          "-1",
          "0",
          "99999999999999999999",
          "1e9",
          "NaN",
          "ä",
          "%F0%9F%98%80",
          "%c0%ae",
          "a;b=c",
          "a'--",
          "%3Cscript%3E",
          "refs%2fheads%2fmain",
          "HEAD~1",
          "a".repeat(300),
          "%25",
          "+",
          "fleet.git");

  private static final List<String> BODIES =
      List.of(
          "",
          "{}",
          "null",
          "[]",
          "3",
          "\"x\"",
          "{",
          "{\"a\":",
          "{} x",
          "\u0000",
          "\ufeff{}",
          "{\"ref\":1e999999}",
          "{\"ref\":" + "9".repeat(500) + "}",
          "{\"ref\":NaN}",
          "{\"name\":\"../x\",\"role\":\"x\",\"ttl\":\"-1h\"}",
          "{\"ref\":\"\\ud800\",\"for\":\"1e9h\",\"reason\":\"\\u0000\"}",
          "{\"set\":{\"a b\":\"c\"},\"remove\":[null]}",
          "{\"labels\":{\"" + "k".repeat(500) + "\":\"v\"},\"uses\":-1}",
          "[".repeat(5000),
          "{\"a\":" + "[".repeat(60) + "]".repeat(60) + "}",
          "{\"epoch\":-1,\"reports\":[{}]}",
          "{\"epoch\":1,\"reports\":[{\"number\":\"x\",\"status\":{\"state\":\"happy\"}}]}",
          "{\"tokenId\":\"\",\"secret\":\"\",\"name\":\"UPPER\",\"ref\":\"..\"}",
          "{\"tokenId\":1,\"secret\":[],\"name\":{},\"ref\":{}}",
          "{\"request\":\"x\",\"text\":\"" + "y".repeat(9000) + "\",\"last\":7}",
          "{\"agentVersion\":null,\"bootId\":{},\"facts\":[]}",
          "token=%ff&form=x",
          "0000",
          "0032want " + "0".repeat(40) + "\n00000009done\n");

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json; charset=utf-16",
          "text/plain",
          "x",
          "a/b;c=\"",
          "application/x-www-form-urlencoded",
          "application/x-git-receive-pack-request",
          "application/x-git-upload-pack-request");

  private static final List<String> QUERIES =
      List.of(
          "",
          "limit=x",
          "cursor=%00",
          "selector=a%3D%3Db&state=q",
          "commit=%ff",
          "commit=main",
          "service=git-upload-pack",
          "service=git-receive-pack",
          "service=",
          "have=x&want=y",
          "have=" + "0".repeat(40) + "&want=" + "f".repeat(40),
          "worker=../..&lines=1",
          "follow=maybe",
          "%",
          "a=%zz",
          "limit=1&limit=2",
          "_method=DELETE");

  @TempDir Path directory;
  private final Random random = new Random(SEED);
  private final List<String> wrong = new ArrayList<>();
  private String token = "";

  @Test
  void everyRefusalIsAProblemOfOursAndNamesNoClass() throws IOException {
    StringWriter out = new StringWriter();
    Path state = directory.resolve("state");
    ServerMain.commandLine()
        .setOut(new PrintWriter(out))
        .execute("init", "--state", state.toString(), "-o", "json");
    token = PullcordJson.wire().readTree(out.toString()).path("adminToken").asText();
    Address any = new Address("127.0.0.1", 0);
    try (ServerAssembly _ =
        ServerAssembly.start(
            new ServerConfig(state, any, any, false, null, List.of(), ServerLimits.standard()))) {
      JsonNode ports = PullcordJson.wire().readTree(state.resolve("ports.json").toFile());
      Map<Port, String> urls =
          Map.of(
              Port.PEOPLE, ports.path("peopleUrl").asText(),
              Port.AGENTS, ports.path("agentsUrl").asText());
      List<OkHttpClient> clients = List.of(client(null), client(key("stranger")), node(urls));
      for (int i = 0; i < TIMES; i++) {
        for (Permissions.Line line : Permissions.table()) {
          ask(urls, line, clients);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private TlsKeys key(String name) throws IOException {
    return TlsKeys.create(directory, name, List.of("localhost"), Instant.EPOCH);
  }

  private static OkHttpClient client(@Nullable TlsKeys key) {
    return TestServer.client(key).newBuilder().readTimeout(500, TimeUnit.MILLISECONDS).build();
  }

  private OkHttpClient node(Map<Port, String> urls) throws IOException {
    OkHttpClient client = client(key("web-1"));
    Request invite =
        new Request.Builder()
            .url(urls.get(Port.PEOPLE) + "/api/v1/invitations")
            .header("Authorization", "Bearer " + token)
            .post(RequestBody.create("{}", MediaType.get("application/json")))
            .build();
    JoinToken join;
    try (Response answer = client(null).newCall(invite).execute()) {
      join =
          JoinToken.parse(
              PullcordJson.wire().readTree(answer.body().string()).path("token").asText());
    }
    EnrollRequest enroll = new EnrollRequest(join.id(), join.secret(), new NodeName("web-1"), null);
    Request request =
        new Request.Builder()
            .url(urls.get(Port.AGENTS) + "/agent/v1/enroll")
            .post(RequestBody.create(PullcordJson.write(enroll), null))
            .build();
    try (Response answer = client.newCall(request).execute()) {
      assertThat(answer.code()).isEqualTo(200);
    }
    return client;
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void ask(Map<Port, String> urls, Permissions.Line line, List<OkHttpClient> clients)
      throws IOException {
    String path = line.path();
    while (path.contains("{")) {
      String word =
          path.contains("{repository}") && random.nextBoolean() ? "fleet.git" : one(WORDS);
      path = path.replaceFirst("\\{[a-z]+}", java.util.regex.Matcher.quoteReplacement(word));
    }
    String query = one(QUERIES);
    HttpUrl url =
        HttpUrl.parse(urls.get(line.port()) + path + (query.isEmpty() ? "" : "?" + query));
    if (url == null) {
      return;
    }
    String method = random.nextInt(8) == 0 ? one(List.of("PATCH", "PUT", "DELETE")) : line.method();
    RequestBody body =
        method.equals("GET") ? null : RequestBody.create(one(BODIES), MediaType.parse(one(TYPES)));
    Request.Builder request = new Request.Builder().url(url).method(method, body);
    String shown = one(List.of(NONE, "wrong", token, token));
    if (!shown.isEmpty()) {
      request.header(
          "Authorization",
          path.startsWith("/git/") ? okhttp3.Credentials.basic("x", shown) : "Bearer " + shown);
    }
    OkHttpClient client = clients.get(random.nextInt(clients.size()));
    try (Response answer = client.newCall(request.build()).execute()) {
      judge(method + " " + url, path, answer);
    } catch (SocketTimeoutException _) {
      // A stream that has begun and is quiet.
    }
  }

  private void judge(String what, String path, Response answer) throws IOException {
    if (answer.code() < 400) {
      return;
    }
    String type = String.valueOf(answer.header("Content-Type"));
    String body = answer.body().string();
    boolean git = path.startsWith("/git/") && type.startsWith("text/plain");
    boolean page = path.startsWith("/ui") && type.startsWith("text/html");
    boolean problem =
        type.equals("application/problem+json")
            && PullcordJson.wire().readTree(body).path("code").asText().matches("[A-Z][A-Z0-9_]+")
            && PullcordJson.wire().readTree(body).path("status").asInt() == answer.code();
    if (answer.code() == 500
        || !(problem || page || (git && body.matches("(?s)[A-Z][A-Z0-9_]+  .*")))
        || body.matches("(?s).*(java\\.|jetty|javalin|jackson|dev\\.pullcord|Exception|\tat ).*")) {
      wrong.add(what + " -> " + answer.code() + " " + type + " " + body);
    }
  }
}
