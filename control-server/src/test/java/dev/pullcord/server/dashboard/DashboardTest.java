package dev.pullcord.server.dashboard;

import static dev.pullcord.server.dashboard.Nodes.NOW;
import static dev.pullcord.server.dashboard.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Told;
import dev.pullcord.server.dashboard.fleet.FleetPages;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.security.Permission;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.testkit.Eventually;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard over real HTTP on loopback, with a fleet that is what a test says. */
class DashboardTest {
  private static final String TOKEN = "pct_right";

  private final FakeFleet fleet = new FakeFleet();
  private volatile boolean revoked;
  private volatile boolean current = true;
  private final List<String> asked = new ArrayList<>();
  private final OkHttpClient http =
      new OkHttpClient.Builder().followRedirects(false).readTimeout(Duration.ofSeconds(20)).build();
  private volatile Instant now = NOW;
  private @Nullable Dashboard dashboard;
  private @Nullable Javalin server;
  private String base = "";
  private String cookie = "";

  @AfterEach
  void stop() {
    if (dashboard != null) {
      dashboard.close();
    }
    if (server != null) {
      server.stop();
    }
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }

  @Test
  void everyAnswerCarriesTheStrictPolicy() throws IOException {
    start("http://127.0.0.1:8420");
    for (Dashboard.Route route : dashboard().routes()) {
      String path = route.path().replaceAll("\\{[a-z]+}", "x");
      try (Response answer =
          send(
              request(path)
                  .method(
                      route.method().name(),
                      route.method().equals(HandlerType.POST)
                          ? new FormBody.Builder().build()
                          : null))) {
        assertThat(answer.header("Content-Security-Policy"))
            .as(path)
            .isEqualTo(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                    + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
                    + "base-uri 'none'");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.header("Cache-Control")).as(path).isEqualTo("no-store");
      }
    }
  }

  private static boolean open(Dashboard.Route route) {
    return Permissions.standard()
        .find(Port.PEOPLE, route.method().name(), route.path())
        .filter(line -> line.permission() == Permission.ANONYMOUS)
        .isPresent();
  }

  @Test
  void nothingOfTheFleetIsShownToWhoIsNotSignedIn() throws IOException {
    start("http://127.0.0.1:8420");
    fleet.put(node("secret-node").view());
    for (Dashboard.Route route : dashboard().routes()) {
      if (route.method().equals(HandlerType.GET) && !open(route)) {
        try (Response answer = send(request(route.path()).header("Accept", "text/event-stream"))) {
          assertThat(answer.code()).isIn(303, 401);
          assertThat(answer.body().string()).doesNotContain("secret-node");
        }
      }
    }
  }

  @Test
  void whoSignsInSeesTheFleet() throws IOException {
    start("http://127.0.0.1:8420");
    fleet.put(node("grep-1").view());
    signIn();
    Document page = page("/ui");
    assertThat(page.select(".headline").text()).isEqualTo("✓Converged 1/1");
    assertThat(page.select("tbody .name").text()).startsWith("grep-1");
    assertThat(page.select(".who").text()).isEqualTo("rosa");
    assertThat(page.select("script:not([src]), style, [style]")).isEmpty();
    assertThat(page.select("meta[name=htmx-config]").attr("content"))
        .contains(
            "\"includeIndicatorStyles\":false", "\"allowEval\":false", "\"allowScriptTags\":false");
  }

  @Test
  void theEmptyFleetSaysWhatToDoWithTheServersRealAddresses() throws IOException {
    start("https://pullcord.example:8420");
    signIn();
    assertThat(page("/ui").select("pre").eachText())
        .anyMatch(
            t -> t.contains("git remote add pullcord https://pullcord.example:8420/git/fleet.git"))
        .anyMatch(t -> t.contains("pullcord login https://pullcord.example:8420"))
        .anyMatch(t -> t.contains("pullcord-agent join https://pullcord.example:8421"));
  }

  @Test
  void overTlsTheCookieIsBoundToTheHost() throws IOException {
    start("https://pullcord.example:8420");
    try (Response answer = send(request("/ui/sign-in"))) {
      assertThat(answer.header("Set-Cookie"))
          .startsWith("__Host-pullcord-form=")
          .contains("; Path=/;", "; Secure", "; HttpOnly", "; SameSite=Strict")
          .doesNotContain("Domain");
    }
  }

  @Test
  void theSessionIsNotTheValueThatWasThereBefore() throws IOException {
    start("http://127.0.0.1:8420");
    String form = form();
    String before = cookie;
    assertThat(signIn(form, TOKEN)).isEqualTo(303);
    assertThat(cookie).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "wrong", "pct_right ; x", "\u0000", "😀"})
  void everyWrongTokenGetsTheSameAnswer(String token) throws IOException {
    start("http://127.0.0.1:8420");
    assertThat(wrongAnswer(token)).isEqualTo(wrongAnswer("pct_unknown"));
  }

  @Test
  void afterTenWrongTokensMoreAreTooManyAndTheRightOneIsTakenAllTheSame() throws IOException {
    start("http://127.0.0.1:8420");
    for (int i = 0; i < FailedSignIns.WRONG_MAX; i++) {
      assertThat(post("/ui/sign-in", form(), "wrong " + i, "same-origin", null)).isEqualTo(401);
    }
    assertThat(post("/ui/sign-in", form(), "pct_unknown", "same-origin", null)).isEqualTo(429);
    signIn();
  }

  @Test
  void aFormOfAnotherSiteIsRefused() throws IOException {
    start("http://127.0.0.1:8420");
    String form = form();
    assertThat(post("/ui/sign-in", form, TOKEN, "cross-site", null)).isEqualTo(403);
    assertThat(post("/ui/sign-in", form, TOKEN, "same-site", null)).isEqualTo(403);
    assertThat(post("/ui/sign-in", form, TOKEN, "none", null)).isEqualTo(403);
    assertThat(post("/ui/sign-in", form, TOKEN, null, "https://evil.example")).isEqualTo(403);
    assertThat(post("/ui/sign-in", form, TOKEN, null, null)).isEqualTo(403);
    assertThat(post("/ui/sign-in", "", TOKEN, "same-origin", null)).isEqualTo(403);
    assertThat(post("/ui/sign-in", "0".repeat(64), TOKEN, "same-origin", null)).isEqualTo(403);
    assertThat(asked).isEmpty();
    assertThat(post("/ui/sign-in", form, TOKEN, null, base)).isEqualTo(303);
  }

  @Test
  void aFormOfOneBrowserDoesNotWorkInAnother() throws IOException {
    start("http://127.0.0.1:8420");
    String form = form();
    cookie = "";
    form();
    assertThat(signIn(form, TOKEN)).isEqualTo(403);
  }

  @Test
  void everyTabThatShowsTheSignInHasAFormThatWorks() throws IOException {
    start("http://127.0.0.1:8420");
    String first = form();
    String second = form();
    String browser = cookie;
    assertThat(signIn(first, TOKEN)).isEqualTo(303);
    cookie = browser;
    assertThat(signIn(second, TOKEN)).isEqualTo(303);
  }

  @Test
  void theSignInDoesNotEndASessionWhoseCookieTheBrowserKeptBack() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    String session = cookie;
    cookie = "";
    form();
    assertThat(cookie.substring(0, cookie.indexOf('=')))
        .isNotEqualTo(session.substring(0, session.indexOf('=')));
    cookie = session + "; " + cookie;
    assertThat(status("/ui")).isEqualTo(200);
  }

  @Test
  void aLinkOfAnotherSiteIsFollowedOnceMoreFromAPageOfOurs() throws IOException {
    start("http://127.0.0.1:8420");
    try (Response answer =
        send(request("/ui?state=failed&x=%22").header("Sec-Fetch-Site", "cross-site"))) {
      assertThat(answer.code()).isEqualTo(200);
      assertThat(answer.header("Set-Cookie")).isNull();
      Document page = Jsoup.parse(answer.body().string());
      String on = page.select("a").attr("href");
      assertThat(on).isEqualTo("/ui/sign-in?next=%2Fui%3Fstate%3Dfailed%26x%3D%2522");
      assertThat(page.select("noscript").html()).contains("content=\"0; url=/ui/sign-in?next=");
      assertThat(page.select("input, script:not([src])")).isEmpty();
    }
    try (Response answer = send(request("/ui").header("Sec-Fetch-Site", "same-origin"))) {
      assertThat(answer.header("Location")).isEqualTo("/ui/sign-in");
    }
  }

  @Test
  void aServerThatCannotReadTheFleetEndsTheStreamsAndSaysNoBeat() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    try (Response stream = stream()) {
      BufferedSource events = stream.body().source();
      next(events, "fleet");
      fleet.broken(true);
      events.readUtf8();
    }
    try (Response stream = stream()) {
      assertThat(stream.body().string()).isEmpty();
    }
    fleet.broken(false);
    try (Response stream = stream()) {
      assertThat(next(stream.body().source(), "beat")).startsWith("2026");
    }
  }

  @Test
  void aServerThatIsNoLongerTheActiveOneEndsTheStreams() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    try (Response stream = stream()) {
      BufferedSource events = stream.body().source();
      next(events, "fleet");
      current = false;
      events.readUtf8();
    }
  }

  @Test
  void signingOutNeedsTheSessionsOwnForm() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    assertThat(post("/ui/sign-out", "x", "", "same-origin", null)).isEqualTo(403);
    assertThat(status("/ui")).isEqualTo(200);
    String form = page("/ui").select("input[name=form]").attr("value");
    String session = cookie;
    assertThat(post("/ui/sign-out", form, "", "same-origin", null)).isEqualTo(303);
    cookie = session;
    assertThat(status("/ui")).isEqualTo(303);
    assertThat(status("/ui/session")).isEqualTo(401);
  }

  @Test
  void aSessionEndsByItselfAfterTwelveHours() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    assertThat(status("/ui/session")).isEqualTo(204);
    now = now.plus(BrowserSessions.LIFE);
    assertThat(status("/ui")).isEqualTo(303);
    assertThat(status("/ui/session")).isEqualTo(401);
  }

  @Test
  void aBearerTokenIsNothingHere() throws IOException {
    start("http://127.0.0.1:8420");
    try (Response answer = send(request("/ui").header("Authorization", "Bearer " + TOKEN))) {
      assertThat(answer.code()).isEqualTo(303);
    }
  }

  @Test
  void filesAreKeptForEverUnderTheirVersion() throws IOException {
    start("http://127.0.0.1:8420");
    Document page = Jsoup.parse(body("/ui/sign-in"));
    String style = page.select("link[rel=stylesheet]").attr("href");
    try (Response answer = send(request(style))) {
      assertThat(answer.code()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).startsWith("text/css");
      assertThat(answer.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    }
    assertThat(status(style.replaceFirst("static/[0-9a-f]+", "static/000000000000")))
        .isEqualTo(404);
    assertThat(status(style.replace("base.css", "..%2Fbase.css"))).isIn(400, 404);
  }

  @Test
  void aPageIsCompressedForItsOwnSiteAndForNoOther() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    assertThat(encoding("/ui", "gzip, deflate, br", "same-origin")).isEqualTo("gzip");
    assertThat(encoding("/ui", "gzip", "none")).isEqualTo("gzip");
    assertThat(encoding("/ui", "gzip", "cross-site")).isNull();
    assertThat(encoding("/ui", "gzip", "same-site")).isNull();
    assertThat(encoding("/ui", "br", "same-origin")).isNull();
    assertThat(encoding("/ui", "gzip;q=0", "same-origin")).isNull();
    String style = page("/ui").select("link[rel=stylesheet]").attr("href");
    assertThat(encoding(style, "gzip", "cross-site")).isEqualTo("gzip");
    assertThat(encoding(style, "identity", "same-origin")).isNull();
  }

  @Test
  void theStreamIsNotCompressed() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    Request.Builder request =
        request("/ui/events")
            .header("Accept", "text/event-stream")
            .header("Accept-Encoding", "gzip")
            .header("Sec-Fetch-Site", "same-origin");
    try (Response stream = send(request)) {
      assertThat(stream.header("Content-Encoding")).isNull();
      assertThat(next(stream.body().source(), "beat")).startsWith("2026-05-04T10:00:00Z");
    }
  }

  @Test
  void theAddressChoosesTheNodesWithoutAnyScript() throws IOException {
    start("http://127.0.0.1:8420");
    fleet.put(node("grep-1").labels(Map.of("dc", "sea")).view());
    fleet.put(
        node("grep-2")
            .labels(Map.of("dc", "sea"))
            .state(NodeState.FAILED, "check exited 1", NOW)
            .view());
    fleet.put(node("grep-3").labels(Map.of("dc", "fra")).view());
    signIn();
    Document page = page("/ui?selector=dc%3Dsea&state=failed&group=dc");
    assertThat(page.select("tbody .name > a:first-child").eachText()).containsExactly("grep-2");
    assertThat(page.select(".tiles a:not([hidden])").eachAttr("aria-label"))
        .containsExactly("grep-2, failed: check exited 1");
    assertThat(page.select(".group-head").text()).isEqualTo("dc=sea 1/2 converged");
    assertThat(page.select(".headline").text()).contains("2 of 3 converged");
    assertThat(page.select("#filters [name=selector]").attr("value")).isEqualTo("dc=sea");
    assertThat(page.select("#filters [aria-current]").eachText()).containsExactly("dc");
  }

  @Test
  void anAddressThatCannotBeReadShowsNoNodesAndSaysWhy() throws IOException {
    start("http://127.0.0.1:8420");
    fleet.put(node("grep-1").view());
    signIn();
    assertThat(status("/ui?state=blue")).isEqualTo(400);
    Document page = page("/ui?state=blue&selector=%3Cb%3E");
    assertThat(page.select("#filters .wrong").text()).contains("\"blue\" is none", "\"<b>\"");
    assertThat(page.select("tbody tr, .tiles a")).isEmpty();
  }

  @Test
  void theStreamNamesTheEditionAndThenBringsWhatDiffers() throws IOException {
    start("http://127.0.0.1:8420");
    fleet.put(node("grep-1").view());
    fleet.put(node("grep-2").view());
    signIn();
    try (Response stream = stream()) {
      BufferedSource events = stream.body().source();
      assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
      assertThat(next(events, "beat")).startsWith("2026-05-04T10:00:00Z");
      assertThat(next(events, "fleet").strip())
          .isEqualTo(page("/ui").select("#fleet").attr("data-mark"));
      fleet.put(node("grep-2").state(NodeState.FAILED, "check exited 1", NOW).view());
      assertThat(next(events, "patch"))
          .contains("check exited 1", "1 of 2 converged")
          .doesNotContain("node-grep-1\\\"");
    }
  }

  @Test
  void signingOutEndsTheStream() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    String form = page("/ui").select("input[name=form]").attr("value");
    try (Response stream = stream()) {
      BufferedSource events = stream.body().source();
      next(events, "fleet");
      assertThat(post("/ui/sign-out", form, "", "same-origin", null)).isEqualTo(303);
      events.readUtf8();
    }
  }

  @Test
  void aTokenThatIsRevokedEndsTheStreamAlsoWhileItHasThingsToSay() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    try (Response stream = stream()) {
      BufferedSource events = stream.body().source();
      next(events, "fleet");
      revoked = true;
      for (int i = 0; i < 20; i++) {
        fleet.put(node("grep-1").state(NodeState.FAILED, "change " + i, NOW).view());
      }
      events.readUtf8();
    }
  }

  @Test
  void browsersThatGoAwayGiveTheirPlacesBack() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    for (int i = 0; i <= Dashboard.Entrance.LIVE_EACH; i++) {
      fleet.put(node("grep-1").state(NodeState.FAILED, "browser " + i, NOW).view());
      Eventually.within(Duration.ofSeconds(60))
          .until("there is a place for browser " + i, this::openAndLeave, code -> code == 200);
    }
  }

  private int openAndLeave() throws IOException {
    try (Response answer = send(request("/ui/events").header("Accept", "text/event-stream"))) {
      if (answer.code() == 200) {
        next(answer.body().source(), "fleet");
      }
      return answer.code();
    }
  }

  @Test
  void stoppingTheServerEndsTheStreams() throws IOException {
    start("http://127.0.0.1:8420");
    signIn();
    try (Response stream = stream()) {
      BufferedSource events = stream.body().source();
      next(events, "fleet");
      dashboard().close();
      events.readUtf8();
    }
    assertThat(fleet.listeners()).isZero();
    assertThat(status("/ui/events")).isEqualTo(406);
  }

  private void start(String people) {
    dashboard =
        new Dashboard(
            entrance(),
            new Dashboard.Addresses(
                URI.create(people),
                URI.create("https://pullcord.example:8421"),
                "fleet",
                "main",
                FleetBadge.NONE),
            () -> now,
            java.util.List.of(new FleetPages(fleet)));
    dashboard.start();
    Dashboard made = dashboard;
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.http.compressionStrategy = CompressionStrategy.NONE;
                  PageAccess.register(made, config.routes);
                })
            .start("127.0.0.1", 0);
    base = "http://127.0.0.1:" + server.port();
  }

  private Dashboard.Entrance entrance() {
    Dashboard.Entrance usual =
        Dashboard.Entrance.of(
            token -> {
              asked.add(token);
              return !revoked && token.equals(TOKEN)
                  ? Optional.of(new Principal("rosa", Principal.Role.OPERATOR))
                  : Optional.empty();
            },
            new Told(),
            () -> now);
    return new Dashboard.Entrance(
        usual.tokens(),
        usual.failures(),
        usual.trail(),
        usual.sessions(),
        usual.live(),
        new OpenRequests(System::nanoTime, () -> current));
  }

  private Dashboard dashboard() {
    if (dashboard == null) {
      throw new IllegalStateException("not started");
    }
    return dashboard;
  }

  private Request.Builder request(String path) {
    return new Request.Builder().url(base + path).header("Cookie", cookie);
  }

  private Response send(Request.Builder request) throws IOException {
    Response answer = http.newCall(request.build()).execute();
    String set = answer.header("Set-Cookie");
    if (set != null) {
      cookie = set.substring(0, set.indexOf(';'));
    }
    return answer;
  }

  private int status(String path) throws IOException {
    try (Response answer = send(request(path))) {
      return answer.code();
    }
  }

  private @Nullable String encoding(String path, String accepted, String site) throws IOException {
    Request.Builder request =
        request(path).header("Accept-Encoding", accepted).header("Sec-Fetch-Site", site);
    try (Response answer = send(request)) {
      assertThat(answer.code()).isEqualTo(200);
      return answer.header("Content-Encoding");
    }
  }

  private String body(String path) throws IOException {
    try (Response answer = send(request(path))) {
      return answer.body().string();
    }
  }

  private Document page(String path) throws IOException {
    return Jsoup.parse(body(path));
  }

  private Response stream() throws IOException {
    Response answer = send(request("/ui/events").header("Accept", "text/event-stream"));
    assertThat(answer.code()).isEqualTo(200);
    return answer;
  }

  private String form() throws IOException {
    return page("/ui/sign-in").select("input[name=form]").attr("value");
  }

  private void signIn() throws IOException {
    assertThat(signIn(form(), TOKEN)).isEqualTo(303);
  }

  private int signIn(String form, String token) throws IOException {
    return post("/ui/sign-in", form, token, "same-origin", null);
  }

  private String wrongAnswer(String token) throws IOException {
    String form = form();
    try (Response answer = send(form("/ui/sign-in", form, token, "same-origin", null))) {
      return answer.code()
          + answer.body().string().replaceAll("name=\"form\" value=\"[0-9a-f]+\"", "");
    }
  }

  private int post(
      String path, String form, String token, @Nullable String site, @Nullable String origin)
      throws IOException {
    try (Response answer = send(form(path, form, token, site, origin))) {
      return answer.code();
    }
  }

  private Request.Builder form(
      String path, String form, String token, @Nullable String site, @Nullable String origin) {
    Request.Builder request =
        request(path).post(new FormBody.Builder().add("form", form).add("token", token).build());
    if (site != null) {
      request.header("Sec-Fetch-Site", site);
    }
    if (origin != null) {
      request.header("Origin", origin);
    }
    return request;
  }

  private static String next(BufferedSource events, String name) throws IOException {
    while (true) {
      if (events.readUtf8LineStrict().equals("event: " + name)) {
        StringBuilder data = new StringBuilder();
        String line = events.readUtf8LineStrict();
        while (!line.isEmpty()) {
          data.append(line.replaceFirst("^data: ?", "")).append('\n');
          line = events.readUtf8LineStrict();
        }
        return data.toString();
      }
    }
  }
}
