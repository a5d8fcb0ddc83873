package dev.pullcord.systemtests;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Chats of which one takes every message, one is broken, and one takes none of that form. */
final class OddChats implements AutoCloseable {
  private static final Map<String, Integer> ANSWERS =
      Map.of("ops", 200, "night", 503, "archive", 400);

  private final HttpServer http;
  private final Path directory;

  OddChats(Path directory) throws IOException {
    this.directory = directory;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ANSWERS.forEach((name, status) ->
        http.createContext(
            "/" + name,
            exchange -> {
              exchange.getRequestBody().readAllBytes();
              byte[] words = (status == 400 ? "no_such_channel" : "").getBytes(US_ASCII);
              exchange.sendResponseHeaders(status, words.length == 0 ? -1 : words.length);
              exchange.getResponseBody().write(words);
              exchange.close();
            }));
    http.start();
  }

  /** A {@code server.yaml} by which all of them are told of everything. */
  Path config() throws IOException {
    StringBuilder receivers = new StringBuilder("alerts:\n  receivers:\n");
    for (String name : ANSWERS.keySet()) {
      Path url =
          Files.writeString(
              directory.resolve(name + ".url"),
              "http://127.0.0.1:" + http.getAddress().getPort() + "/" + name + "\n");
      receivers.append("    %s: {kind: slack, url-file: %s}\n".formatted(name, url));
    }
    return Files.writeString(
        directory.resolve("server.yaml"),
        receivers
            + """
              rules:
                - receivers: [ops, night, archive]
                  events: [deployment-converged, deployment-incomplete, node-failed]
            """);
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
