package dev.pullcord.systemtests.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.base.tls.Authorities;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.PullcordJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads every answer of the API and every page that another page leads to. */
final class Crawl implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PAGES_MAX = 150;
  private static final Pattern LINK = Pattern.compile("href=\"(/ui[^\"#]*)");
  private static final Pattern FORM = Pattern.compile("name=\"form\" value=\"([^\"]+)\"");

  private final LocalFleet fleet;
  private final CookieManager cookies = new CookieManager();
  private final HttpClient http;
  private final Map<String, String> answers = new TreeMap<>();
  private final Map<String, StringBuffer> streams = new ConcurrentHashMap<>();
  private final ExecutorService listeners = Executors.newVirtualThreadPerTaskExecutor();

  Crawl(LocalFleet fleet) throws IOException, GeneralSecurityException {
    this.fleet = fleet;
    http =
        HttpClient.newBuilder()
            .cookieHandler(cookies)
            .sslContext(TlsContexts.client(Authorities.trust(fleet.certificateFile())))
            .build();
  }

  /** All answers that were read, with their headers, by address. */
  Map<String, String> answers() {
    return answers;
  }

  /** Signs in, and keeps what is answered. */
  HttpResponse<String> signIn(String token) throws IOException, InterruptedException {
    Matcher form = FORM.matcher(page("/ui/sign-in"));
    String given = form.find() ? form.group(1) : "";
    return send(
        request("/ui/sign-in")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Origin", fleet.url())
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "form=" + encoded(given) + "&next=&token=" + encoded(token))));
  }

  /** What the cookies of this browser hold. */
  Set<String> cookieValues() {
    Set<String> values = new HashSet<>();
    for (HttpCookie cookie : cookies.getCookieStore().getCookies()) {
      values.add(cookie.getValue());
    }
    return values;
  }

  void pages() throws IOException, InterruptedException {
    Deque<String> left = new ArrayDeque<>(Set.of("/ui"));
    Set<String> known = new HashSet<>(left);
    while (!left.isEmpty() && known.size() < PAGES_MAX) {
      Matcher links = LINK.matcher(page(left.poll()));
      while (links.find()) {
        String link = links.group(1).replace("&amp;", "&");
        if (!link.startsWith("/ui/static/") && !link.contains("logs") && known.add(link)) {
          left.add(link);
        }
      }
    }
  }

  /**
   * Reads a stream of events from now on, until it or this crawl ends.
   *
   * @param token null for the browser that is signed in
   */
  void listen(String path, @Nullable String token) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(fleet.url() + path))
            .header("Accept", "text/event-stream");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<InputStream> answer =
        http.send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    StringBuffer heard = streams.computeIfAbsent("stream " + path, _ -> new StringBuffer());
    listeners.execute(() -> {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          heard.append(line).append('\n');
        }
      } catch (IOException _) {
        // The server or the crawl has ended.
      }
    });
  }

  /** What came of each stream so far. */
  Map<String, String> heard() {
    Map<String, String> heard = new TreeMap<>();
    streams.forEach((stream, lines) -> heard.put(stream, lines.toString()));
    return heard;
  }

  /** Every answer of the API that is no stream. */
  void api(String token) throws IOException, InterruptedException {
    JsonNode paths = PullcordJson.wire().readTree(get("/api/v1/openapi.json", token)).path("paths");
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      String address =
          path.getKey()
              .replace("{name}", "node-1")
              .replace("{node}", "node-1")
              .replace("{ref}", "main")
              .replaceAll("\\{[a-z]+}", "1");
      if (path.getValue().has("get") && !address.endsWith("/events")) {
        get(address, token);
      }
    }
    get("/metrics", token);
  }

  String get(String path, String token) throws IOException, InterruptedException {
    return send(request(path).header("Authorization", "Bearer " + token).GET()).body();
  }

  HttpResponse<String> post(String path, String header, String value, String body)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header(header, value)
            .header("Content-Type", "application/json")
            .header("X-Gitlab-Event", "Push Hook")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String page(String path) throws IOException, InterruptedException {
    return send(request(path).GET()).body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(fleet.url() + path)).timeout(LIMIT);
  }

  private HttpResponse<String> send(HttpRequest.Builder builder)
      throws IOException, InterruptedException {
    HttpRequest request = builder.build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    StringBuilder all = new StringBuilder(answer.body());
    answer.headers().map().entrySet().stream()
        .filter(h -> !h.getKey().equals("set-cookie"))
        .forEach(h -> all.append(h));
    answers.put(
        request.method() + " " + request.uri().getPath() + " " + answer.statusCode(), all + "");
    return answer;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.shutdownNow();
    listeners.shutdownNow();
  }
}
