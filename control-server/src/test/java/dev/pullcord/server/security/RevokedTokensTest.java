package dev.pullcord.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path directory;
  private TestServer server;
  private final OkHttpClient client = TestServer.client(null);

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
