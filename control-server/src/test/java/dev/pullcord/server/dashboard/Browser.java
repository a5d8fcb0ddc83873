package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.Told;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.dashboard.fleet.FleetPages;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.testkit.ManualClock;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.util.stream.Stream;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** The dashboard with some pages on loopback, and a browser that signs in with real tokens. */
public final class Browser implements AutoCloseable {
  private static final Principal INIT = new Principal("init", Principal.Role.ADMIN);

  private final FakeFleet fleet = new FakeFleet();
  private final OkHttpClient http = new OkHttpClient.Builder().followRedirects(false).build();
  private final ApiTokens tokens;
  private final Dashboard dashboard;
  private final Javalin server;
  private final String base;
  private String cookie = "";

  /** Opened at no page yet. */
  public Browser(ApiTokens tokens, ManualClock clock, Pages... pages) {
    this(new Told(), tokens, clock, pages);
  }

  /** The same, with what is told of who signs in and what is refused. */
  public Browser(AuditTrail trail, ApiTokens tokens, ManualClock clock, Pages... pages) {
    this.tokens = tokens;
    Dashboard.Addresses addresses =
        new Dashboard.Addresses(
            URI.create("http://127.0.0.1:8420"),
            URI.create("https://127.0.0.1:8421"),
            "fleet",
            "main",
            FleetBadge.NONE);
    dashboard =
        new Dashboard(
            Dashboard.Entrance.of(tokens::authenticate, trail, clock),
            addresses,
            clock,
            Stream.concat(Stream.of(new FleetPages(fleet)), Stream.of(pages)).toList());
    dashboard.start();
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  PageAccess.register(dashboard, config.routes);
                })
            .start("127.0.0.1", 0);
    base = "http://127.0.0.1:" + server.port();
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param page what it shows
   * @param location where it leads; empty where it does not
   */
  public record Answer(int status, Document page, String location) {
    /** All text of it. */
    public String text() {
      return page.text();
    }
  }

  /** Makes a token of that role and signs in with it. */
  public void signIn(String name, String role) throws IOException {
    signIn(tokens.create(INIT, new TokenView.Request(name, role, null)).token());
  }

  /** Signs in; whether that worked is seen at the next page. */
  public Answer signIn(String token) throws IOException {
    cookie = "";
    String form = get("/ui/sign-in").page().select("input[name=form]").attr("value");
    return post("/ui/sign-in", "form", form, "token", token);
  }

  /** What its first page shows. */
  FakeFleet fleet() {
    return fleet;
  }

  /** Where the dashboard is. */
  public String address() {
    return base;
  }

  /** What makes it the browser that it is. */
  public String cookie() {
    return cookie;
  }

  /** From now on it is the browser that had this cookie. */
  public void become(String other) {
    cookie = other;
  }

  /** A page. */
  public Answer get(String path) throws IOException {
    return send(new Request.Builder().url(base + path));
  }

  /** A page, as a browser asks for one. */
  public Answer open(String path) throws IOException {
    return send(new Request.Builder().url(base + path).header("Accept", "text/html,*/*;q=0.8"));
  }

  /** Sends a form of ours, with its secret. */
  public Answer submit(String path, String... fields) throws IOException {
    String form = get("/ui").page().select("input[name=form]").attr("value");
    String[] all = new String[fields.length + 2];
    all[0] = "form";
    all[1] = form;
    System.arraycopy(fields, 0, all, 2, fields.length);
    return post(path, all);
  }

  /** Sends a form as it is. */
  public Answer post(String path, String... fields) throws IOException {
    FormBody.Builder body = new FormBody.Builder();
    for (int i = 0; i < fields.length; i += 2) {
      body.add(fields[i], fields[i + 1]);
    }
    return send(
        new Request.Builder()
            .url(base + path)
            .post(body.build())
            .header("Sec-Fetch-Site", "same-origin"));
  }

  private Answer send(Request.Builder request) throws IOException {
    Request made = request.header("Cookie", cookie).build();
    try (Response answer = http.newCall(made).execute()) {
      String set = answer.header("Set-Cookie");
      if (set != null) {
        cookie = set.substring(0, set.indexOf(';'));
      }
      Document page = Jsoup.parse(answer.body().string());
      assertThat(page.select("script:not([src]), style, [style]")).isEmpty();
      String location = answer.header("Location");
      return new Answer(answer.code(), page, location == null ? "" : location);
    }
  }

  @Override
  public void close() {
    dashboard.close();
    server.stop();
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }
}
