package dev.pullcord.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBoundsTest {
  private static final String ADMIN = "Authorization: Bearer admin\r\n";

  /** What the server reads of a header before it gives up: that, and it is all read by then. */
  private static final int HEADER_READ = 16 << 10;

  /** More than the buffers of a connection hold. */
  private static final int CHUNKS = 1000;

  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(directory);
    server.fleet().node("web-1", "main");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String raw(Port port, String request) throws IOException {
    try (RawConnection connection = new RawConnection(server, port, null)) {
      connection.write(request);
      return connection.rest();
    }
  }

  private String people(String request) throws IOException {
    return raw(Port.PEOPLE, request);
  }

  private static void isProblem(String answer, int status, String code) {
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    assertThat(answer)
        .contains("application/problem+json", "\"code\":\"" + code + "\"", "Connection: close")
        .doesNotContain("\tat ", "Exception", "java.", "org.eclipse");
  }

  @Test
  void refusesAHeaderThatIsTooLarge() throws IOException {
    String start = "GET / HTTP/1.1\r\nHost: localhost\r\nX: ";
    String filled = start + "x".repeat(HEADER_READ - start.length());
    isProblem(people(filled + "x".repeat(100)), 431, "HEADERS_TOO_LARGE");
    StringBuilder many = new StringBuilder("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
    for (int i = 0; i < 1000; i++) {
      many.append('x').append(i).append(":1\r\n");
    }
    isProblem(people(many + "\r\n"), 431, "HEADERS_TOO_LARGE");
  }

  @Test
  void refusesAnAddressThatIsTooLong() throws IOException {
    String path = "/healthz?" + "a".repeat(8 << 10);
    isProblem(people("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), 414, "URI_TOO_LONG");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "POST /api/v1/invitations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
            + "Content-Length: 2\r\n\r\n12",
        "POST /api/v1/invitations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/v1/invitations HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: local host\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n folded: yes\r\n\r\n",
        "GET https://localhost/ HTTP/1.1\r\nHost: other.example\r\n\r\n",
        "GE\u0000T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "nonsense\r\n\r\n",
        "POST /api/v1/invitations HTTP/1.1\r\nHost: localhost\r\n"
            + "Authorization: Bearer admin\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
      })
  void refusesWhatIsNoHttpRequest(String request) throws IOException {
    isProblem(people(request), 400, "MALFORMED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v1/fleet HTTP/1.1\r\nHost: evil.example\r\n",
        "GET https://evil.example/api/v1/fleet HTTP/1.1\r\nHost: evil.example\r\n",
        "GET /ui/sign-in HTTP/1.1\r\nHost: 203.0.113.7:8420\r\n",
        "GET /ui/sign-in HTTP/1.1\r\nHost: localhost.evil.example\r\n",
        "GET /git/fleet.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: evil.example\r\n"
      })
  void refusesAForeignHost(String head) throws IOException {
    isProblem(people(head + ADMIN + "\r\n"), 400, "HOST_UNKNOWN");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/fleet, localhost",
    "/api/v1/fleet, LOCALHOST:1",
    "/api/v1/fleet, 127.0.0.1",
    "/api/v1/fleet, 127.9.9.9",
    "/api/v1/fleet, [::1]:8420",
    "/api/v1/fleet, fleet.example:443",
    "/api/v1/fleet, fleet.example.",
    "/healthz, 203.0.113.7",
    "/readyz, anything.example"
  })
  void answersToItsOwnNames(String path, String host) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + ADMIN;
    assertThat(people(request + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
  void changesNoMethodBecauseAHeaderSaysSo(String header) throws IOException {
    String override = header + ": DELETE\r\nConnection: close\r\n" + ADMIN + "\r\n";
    assertThat(people("GET /api/v1/nodes/web-1 HTTP/1.1\r\nHost: localhost\r\n" + override))
        .startsWith("HTTP/1.1 200");
    assertThat(
            people(
                "POST /api/v1/nodes/web-1?_method=DELETE HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 0\r\n"
                    + override))
        .startsWith("HTTP/1.1 405");
    assertThat(server.audit()).isEmpty();
  }

  private static List<String> takers() {
    return List.of(
        "POST /ui/sign-in",
        "POST /ui/pins",
        "POST /api/v1/invitations",
        "PUT /api/v1/pins/web-1",
        "POST /git/fleet.git/git-receive-pack");
  }

  @Test
  void takesMultipartNowhere() throws IOException {
    for (String route : takers()) {
      isProblem(
          people(
              route
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data;"
                  + " boundary=x\r\nContent-Length: 1500000000\r\n\r\n--x"),
          415,
          "MEDIA_TYPE");
    }
    isProblem(
        raw(
            Port.AGENTS,
            "POST /agent/v1/enroll HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/mixed;"
                + "boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"),
        415,
        "MEDIA_TYPE");
  }

  @Test
  void readsNothingOfABodyThatSaysItIsTooLarge() throws IOException {
    for (String route : takers().subList(0, 4)) {
      isProblem(
          people(
              route
                  + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                  + ADMIN
                  + "Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n"),
          413,
          "TOO_LARGE");
    }
    for (String route : List.of("enroll", "session", "reports", "actions", "logs", "heartbeat")) {
      isProblem(
          raw(
              Port.AGENTS,
              "POST /agent/v1/"
                  + route
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n{"),
          413,
          "TOO_LARGE");
    }
  }

  /** 128 Ki characters at once, each of them escaped: see {@code ActionReports.PIECE_MAX}. */
  @Test
  void takesAsMuchOfAnActionsOutputAsAnAgentSends() throws IOException {
    int most = 2 * ActionReports.PIECE_MAX * "\\u0000".length();
    assertThat(
            raw(
                Port.AGENTS,
                "POST /agent/v1/actions HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + most
                    + "\r\n\r\n{"))
        .startsWith("HTTP/1.1 401");
  }

  @Test
  void cutsABodyWithoutAnEndOff() throws IOException {
    String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
    try (RawConnection connection = new RawConnection(server, Port.PEOPLE, null)) {
      connection.write(
          "POST /api/v1/invitations HTTP/1.1\r\nHost: localhost\r\n"
              + ADMIN
              + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
      int sent = 0;
      while (sent < CHUNKS && connection.write(chunk)) {
        sent++;
      }
      assertThat(sent).as("chunks of 64 KiB until the server closed").isLessThan(CHUNKS);
    }
  }

  @Test
  void aBodyThatDripsIsCutOffAfterTheTimeOfAWholeBody() throws IOException {
    try (RawConnection connection = new RawConnection(server, Port.PEOPLE, null)) {
      connection.write(
          "POST /api/v1/invitations HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
              + ADMIN
              + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
      assertThat(connection.head()).startsWith("HTTP/1.1 100");
      // Never idle for as long as it takes to be closed for that.
      for (int i = 0; i < 3; i++) {
        server.later(Duration.ofSeconds(11));
        connection.write("{");
      }
      isProblem(connection.rest(), 408, "TIMEOUT");
    }
  }

  @Test
  void takesNoZippedBody() throws IOException {
    isProblem(
        people(
            "POST /api/v1/invitations HTTP/1.1\r\nHost: localhost\r\n"
                + ADMIN
                + "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"
                + "Content-Length: 20\r\n\r\n"),
        415,
        "MEDIA_TYPE");
  }

  @Test
  void answersManyLargeFormsOfStrangersWithoutReadingThem() throws IOException {
    List<RawConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        RawConnection connection = new RawConnection(server, Port.PEOPLE, null);
        open.add(connection);
        connection.write(
            "POST /ui/sign-in HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: 950000\r\n\r\ntoken=");
      }
      for (RawConnection connection : open) {
        assertThat(connection.rest()).startsWith("HTTP/1.1 413");
      }
    } finally {
      for (RawConnection connection : open) {
        connection.close();
      }
    }
  }
}
