package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.security.Permissions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
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
    try (WholeServer server = new WholeServer(directory)) {
      token = server.token();
      List<OkHttpClient> clients =
          List.of(server.client(null), server.client("stranger"), server.node("web-1"));
      for (int i = 0; i < TIMES; i++) {
        for (Permissions.Line line : Permissions.standard().lines()) {
          ask(server, line, clients);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void ask(WholeServer server, Permissions.Line line, List<OkHttpClient> clients)
      throws IOException {
    String path = line.path();
    while (path.contains("{")) {
      String word =
          path.contains("{repository}") && random.nextBoolean() ? "fleet.git" : one(WORDS);
      path = path.replaceFirst("[{<][a-z]+[}>]", java.util.regex.Matcher.quoteReplacement(word));
    }
    String query = one(QUERIES);
    HttpUrl url =
        HttpUrl.parse(server.url(line.port()) + path + (query.isEmpty() ? "" : "?" + query));
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
      String fault = WholeServer.wrong(method + " " + url, path, answer);
      if (fault != null) {
        wrong.add(fault);
      }
    } catch (SocketTimeoutException _) {
      // A stream that has begun and is quiet.
    }
  }
}
