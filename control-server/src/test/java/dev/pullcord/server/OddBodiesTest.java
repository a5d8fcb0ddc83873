package dev.pullcord.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.security.Permission;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends every route that takes something a right body with one wrong part, by somebody who may:
 * null, another type, too long, another character set. No answer is our fault or names a class.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OddBodiesTest {
  private static final boolean FULL = Boolean.getBoolean("pullcord.full");
  private static final int SAMPLE = 24;
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));
  private static final Path GOLDEN = ROOT.resolve("protocol/src/test/resources/golden");
  private static final Pattern FIELD =
      Pattern.compile("<(?:input|select|textarea|button)[^>]* name=\"(\\w+)\"");

  /** A right body for each route that takes JSON, by the end of its path. */
  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("/stop", "api-order-request"),
          Map.entry("/start", "api-order-request"),
          Map.entry("/restart", "api-order-request"),
          Map.entry("/kill", "api-kill-request"),
          Map.entry("/suspension", "api-suspension-request"),
          Map.entry("/pause", "api-rollout-request"),
          Map.entry("/resume", "api-rollout-request"),
          Map.entry("/promote", "api-rollout-request"),
          Map.entry("/freezes", "api-freeze-request"),
          Map.entry("/rollback", "api-rollback-request"),
          Map.entry("/accept-rewind", "api-accept-rewind"),
          Map.entry("/runs", "api-run-request"),
          Map.entry("/foresee", "api-run-request"),
          Map.entry("/actions", "action-reports"),
          Map.entry("/ref", "api-follow"),
          Map.entry("/labels", "api-labels-request"),
          Map.entry("/pins/{node}", "api-pin-request"),
          Map.entry("/invitations", "api-invitation-request"),
          Map.entry("/tokens", "api-token-request"),
          Map.entry("/enroll", "enroll-request"),
          Map.entry("/session", "session-request"),
          Map.entry("/facts", "node-facts"),
          Map.entry("/reports", "report-batch"),
          Map.entry("/logs", "log-lines"));

  /** Those that take nothing, and those of git, whose bodies have a test of their own. */
  private static final Set<String> WITHOUT =
      Set.of(
          "/retry",
          "/test",
          "/fetch",
          "/cancel",
          "/heartbeat",
          "/goodbye",
          "/git-upload-pack",
          "/git-receive-pack");

  private static final List<String> ODD =
      List.of(
          "null",
          "7",
          "-1",
          "1e400",
          "true",
          "\"\"",
          "\" \"",
          "[]",
          "[null]",
          "{}",
          "{\"a\":null}",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../..\"",
          "\"" + "x".repeat(5000) + "\"");

  private static final List<String> ODD_FIELDS =
      List.of("", "%00", "%ff%fe", "%ed%a0%80", "%zz", "..%2f..", "x".repeat(6000), "-1", "1e9h");

  private final Random random = new Random(20_261_129);
  private final List<String> wrong = new ArrayList<>();
  private WholeServer server;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private OkHttpClient people;
  private OkHttpClient node;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    server = new WholeServer(directory);
    people = patient(server.client(null));
    node = patient(server.node("web-1"));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static String last(Permissions.Line line) {
    String path = line.path();
    int at = path.lastIndexOf('/');
    return path.endsWith("}") ? path.substring(path.lastIndexOf('/', at - 1)) : path.substring(at);
  }

  private static Stream<Permissions.Line> takers(boolean forms) {
    return Permissions.standard().lines().stream()
        .filter(l -> Set.of("POST", "PUT", "PATCH").contains(l.method()))
        .filter(l -> l.path().startsWith("/ui/") == forms);
  }

  @Test
  void everyRouteThatTakesJsonHasARightBodyHere() {
    assertThat(takers(false).map(OddBodiesTest::last))
        .allMatch(end -> BODIES.containsKey(end) != WITHOUT.contains(end));
  }

  @Test
  void aBodyWithOneWrongPartIsReadOrRefused() throws IOException {
    for (Permissions.Line line : takers(false).toList()) {
      String golden = BODIES.get(last(line));
      byte[] right =
          golden == null ? new byte[0] : Files.readAllBytes(GOLDEN.resolve(golden + ".json"));
      for (byte[] body : golden == null ? List.of("x".getBytes(UTF_8)) : variants(right)) {
        send(line, body, "application/json");
      }
      send(line, new String(right, UTF_8).getBytes(UTF_16), "application/json; charset=utf-16");
      send(line, ("{\"ä\":" + new String(right, UTF_8)).getBytes(ISO_8859_1), "application/json");
      send(line, right, "text/plain");
      send(line, right, "application/json;;=");
      send(line, new byte[9 << 20], "application/json");
    }
    assertThat(wrong).isEmpty();
  }

  /** The body with each of its parts replaced by each odd value; a sample of them. */
  private List<byte[]> variants(byte[] right) throws IOException {
    List<byte[]> all = new ArrayList<>();
    JsonNode whole = PullcordJson.wire().readTree(right);
    collect(
        whole,
        change -> {
          for (String odd : ODD) {
            change.accept(odd);
            // The mark stands where no JSON library would write such a value.
            all.add(whole.toString().replace("\"@@\"", odd).getBytes(UTF_8));
          }
        });
    Collections.shuffle(all, random);
    return FULL ? all : all.subList(0, Math.min(SAMPLE, all.size()));
  }

  private static void collect(JsonNode node, Consumer<Consumer<String>> each) {
    switch (node) {
      case ObjectNode object -> {
        for (String name : List.copyOf(names(object))) {
          JsonNode was = object.get(name);
          each.accept(_ -> object.put(name, "@@"));
          object.set(name, was);
          collect(was, each);
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          int at = i;
          JsonNode was = array.get(i);
          each.accept(_ -> array.set(at, "@@"));
          array.set(i, was);
          collect(was, each);
        }
      }
      default -> {}
    }
  }

  private static List<String> names(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void send(Permissions.Line line, byte[] body, String type) throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(server.url(line.port()) + path(line))
            .method(line.method(), RequestBody.create(body, MediaType.parse(type)));
    if (line.port() == Port.PEOPLE) {
      request.header(
          "Authorization",
          line.path().startsWith("/git/")
              ? okhttp3.Credentials.basic("x", server.token())
              : "Bearer " + server.token());
    }
    ask(line, request, new String(body, 0, Math.min(body.length, 300), UTF_8));
  }

  /** What is asked here is no stream: it answers, however busy the machine is. */
  private static OkHttpClient patient(OkHttpClient client) {
    return client.newBuilder().readTimeout(ANSWER_MAX).build();
  }

  private static String path(Permissions.Line line) {
    Map<String, String> values = new HashMap<>(Map.of("{n}", "1", "{id}", "1", "{worker}", "grep"));
    values.put("{repository}", "fleet.git");
    String path = line.path();
    for (Map.Entry<String, String> value : values.entrySet()) {
      path = path.replace(value.getKey(), value.getValue());
    }
    return path.replaceAll("\\{(name|node)}", "web-1").replace("<ref>", "main");
  }

  private void ask(Permissions.Line line, Request.Builder request, String shown)
      throws IOException {
    OkHttpClient client = line.permission() == Permission.NODE ? node : people;
    try (Response answer = client.newCall(request.build()).execute()) {
      String fault =
          WholeServer.wrong(line.method() + " " + line.path() + " " + shown, line.path(), answer);
      if (fault != null) {
        wrong.add(fault);
      }
    } catch (SocketTimeoutException e) {
      wrong.add(line.path() + " does not answer " + shown);
    } catch (IOException e) {
      // It answered a body that is too large and closed, which can cut the writer off.
      if (!String.valueOf(e.getMessage()).matches(".*(reset|pipe|closed|unexpected end).*")) {
        throw e;
      }
    }
  }

  @Test
  void aFormWithOneWrongFieldIsReadOrRefused() throws IOException {
    Set<String> names = fields();
    assertThat(names).contains("reason", "ref", "for", "token", "labels", "uses");
    for (Permissions.Line line : takers(true).toList()) {
      WholeServer.Session session = server.signIn(people);
      for (String name : names) {
        String odd = ODD_FIELDS.get(random.nextInt(ODD_FIELDS.size()));
        for (String value : FULL ? ODD_FIELDS : List.of(odd)) {
          post(line, session, form(names, session, name, value));
        }
      }
      post(line, server.signIn(people), "%zz=&&=&form");
    }
    assertThat(wrong).isEmpty();
  }

  /** Every name that a field of some form has. */
  private static Set<String> fields() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> pages = Files.walk(ROOT.resolve("control-server/src/main/jte"))) {
      for (Path page : pages.filter(Files::isRegularFile).toList()) {
        FIELD.matcher(Files.readString(page)).results().forEach(m -> names.add(m.group(1)));
      }
    }
    return names;
  }

  private static String form(
      Set<String> names, WholeServer.Session session, String one, @Nullable String odd) {
    Map<String, String> values = new TreeMap<>();
    names.forEach(name -> values.put(name, "web-1"));
    values.putAll(Map.of("for", "1h", "ttl", "1h", "ref", "main", "uses", "1", "labels", "a=b"));
    values.put("form", session.form());
    StringBuilder form = new StringBuilder();
    values.forEach((name, value) ->
        form.append(name)
            .append('=')
            .append(name.equals(one) ? odd : URLEncoder.encode(value, UTF_8))
            .append('&'));
    return form.toString();
  }

  private void post(Permissions.Line line, WholeServer.Session session, String form)
      throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(server.url(line.port()) + path(line))
            .header("Cookie", session.cookie())
            .header("Sec-Fetch-Site", "same-origin")
            .post(
                RequestBody.create(
                    form.getBytes(UTF_8), MediaType.get("application/x-www-form-urlencoded")));
    ask(line, request, form.substring(0, Math.min(form.length(), 300)));
  }
}
