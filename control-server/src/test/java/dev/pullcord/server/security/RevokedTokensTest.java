package dev.pullcord.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.http.RawConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was opened with a token ends with it, and one token has its part and no more. */
class RevokedTokensTest {
  /** A quarter of a second as a rule; not a minute, as long as there was news. */
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Duration LONG_AFTER = Duration.ofSeconds(50);

  @TempDir Path directory;
  private TestServer server;

  /** A stream that goes on shows signs of life, so only a bound of the whole call ends a test. */
  private final OkHttpClient client =
      TestServer.client(null).newBuilder().callTimeout(LONG_AFTER).build();

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Response stream(String token) throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/api/v1/events")
            .header("Authorization", "Bearer " + token)
            .build();
    return client.newCall(request).execute();
  }

  @Test
  void aStreamEndsWithItsTokenAlsoWhileItHasThingsToSay() throws Exception {
    server.fleet().token("leaving", Principal.Role.VIEWER);
    AtomicBoolean talks = new AtomicBoolean(true);
    Thread changes =
        Thread.ofPlatform()
            .start(() -> {
              while (talks.get()) {
                server.fleet().changed();
                Thread.onSpinWait();
              }
            });
    try (Response stream = stream("leaving")) {
      BufferedSource events = stream.body().source();
      events.readUtf8LineStrict();
      server.fleet().revoke("leaving");
      long start = System.nanoTime();
      events.readUtf8();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    } finally {
      talks.set(false);
      changes.join();
    }
  }

  @Test
  void aStreamThatIsQuietEndsWithItsToken() throws IOException {
    server.fleet().token("leaving", Principal.Role.VIEWER);
    try (Response stream = stream("leaving")) {
      BufferedSource events = stream.body().source();
      events.readUtf8LineStrict();
      server.fleet().revoke("leaving");
      long start = System.nanoTime();
      events.readUtf8();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    }
  }

  private Response log(String node, String token) throws IOException {
    return read("/api/v1/nodes/" + node + "/logs?follow=true", token);
  }

  private Response read(String path, String token) throws IOException {
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + path)
            .header("Authorization", "Bearer " + token)
            .build();
    return client.newCall(request).execute();
  }

  /** Reads to the end of what is open, which has to come soon. */
  private static void endsSoon(BufferedSource open) throws IOException {
    long start = System.nanoTime();
    open.readUtf8();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
  }

  @Test
  void aStreamEndsWhenItsTokenExpires() throws IOException {
    try (Response stream = stream(server.expiring(Principal.Role.VIEWER, "1h"))) {
      BufferedSource events = stream.body().source();
      events.readUtf8LineStrict();
      server.later(Duration.ofMinutes(59));
      server.fleet().changed();
      events.readUtf8LineStrict();
      server.later(Duration.ofMinutes(2));
      endsSoon(events);
    }
  }

  @Test
  void theLogsOfSeveralNodesEndWhenTheirTokenExpires() throws IOException {
    server.fleet().node("web-1", "main").node("web-2", "main");
    server.logged("said\n");
    String token = server.expiring(Principal.Role.OPERATOR, "1h");
    try (Response logs = read("/api/v1/logs?nodes=web-1,web-2&follow=true", token)) {
      BufferedSource lines = logs.body().source();
      assertThat(lines.readUtf8LineStrict()).isEqualTo("{\"node\":\"web-1\",\"line\":\"said\"}");
      assertThat(lines.readUtf8LineStrict()).isEqualTo("{\"node\":\"web-2\",\"line\":\"said\"}");
      server.later(Duration.ofHours(2));
      endsSoon(lines);
    }
  }

  @Test
  void aLogEndsWhenItsTokenExpiresOrItsNodeIsRemoved() throws IOException {
    server.fleet().node("web-1", "main").node("web-2", "main");
    server.logged("said\n");
    try (Response log = log("web-1", server.expiring(Principal.Role.OPERATOR, "1h"))) {
      BufferedSource lines = log.body().source();
      assertThat(lines.readUtf8LineStrict()).isEqualTo("said");
      server.later(Duration.ofHours(2));
      endsSoon(lines);
    }
    try (Response log = log("web-2", "operator")) {
      BufferedSource lines = log.body().source();
      assertThat(lines.readUtf8LineStrict()).isEqualTo("said");
      server.fleet().gone("web-2");
      endsSoon(lines);
    }
    try (Response log = log("web-2", "operator")) {
      assertThat(log.code()).isEqualTo(404);
    }
  }

  /** A commit on main, pushed by the real git. */
  private String pushed() throws Exception {
    Git git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
    String commit =
        git.commit(
            "pullcord.yaml",
            "version: 1\nbundles: {a: {paths: [a]}}\nworkers: {w: {kind: process, run: [a]}}\n");
    String url = server.url(Port.PEOPLE).replace("https://", "https://git:operator@");
    git.ok("push", "-q", url + "/git/fleet.git", "main");
    return commit;
  }

  @Test
  void aPushWhoseTokenIsTakenAwayInItsMiddleMovesNothing() throws Exception {
    server.fleet().token("leaving", Principal.Role.OPERATOR);
    String commit = pushed();
    String update = commit + " " + "0".repeat(40) + " refs/heads/main\0 report-status";
    String body = "%04x%s0000".formatted(update.length() + 4, update);
    String basic = Base64.getEncoder().encodeToString("x:leaving".getBytes(StandardCharsets.UTF_8));
    try (RawConnection push = new RawConnection(server, Port.PEOPLE, null)) {
      push.write(
          "POST /git/fleet.git/git-receive-pack HTTP/1.1\r\nHost: localhost\r\n"
              + "Expect: 100-continue\r\nConnection: close\r\n"
              + "Content-Type: application/x-git-receive-pack-request\r\nAuthorization: Basic "
              + basic
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n");
      assertThat(push.head()).startsWith("HTTP/1.1 100");
      server.fleet().revoke("leaving");
      push.write(body);
      assertThat(push.rest()).contains("the token of this push works no more");
    }
    assertThat(server.store().heads()).containsOnlyKeys("main");
  }

  @Test
  void oneViewerCannotTakeAllStreams() throws IOException {
    List<Response> open = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        open.add(stream("viewer"));
      }
      try (Response fifth = stream("viewer")) {
        assertThat(fifth.code()).isEqualTo(429);
        assertThat(fifth.header("Retry-After")).isEqualTo("15");
        assertThat(fifth.body().string()).contains("SHARE_TAKEN", "limits.event-streams-each");
      }
      open.add(stream("operator"));
      open.add(stream("operator"));
      try (Response seventh = stream("admin")) {
        assertThat(seventh.code()).isEqualTo(503);
        assertThat(seventh.body().string()).contains("ALL_TAKEN", "limits.event-streams of");
      }
    } finally {
      open.forEach(Response::close);
    }
  }
}
