package dev.pullcord.systemtests.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A host on loopback that refuses every request, and whose answer repeats the request: so does many
 * a proxy, and an error page of many a chat. What it says is shown to people.
 */
final class EchoHost implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<String> paths = new ConcurrentLinkedQueue<>();

  EchoHost() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::answer);
    http.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String uri = exchange.getRequestURI().toString();
    paths.add(uri);
    StringBuilder all = new StringBuilder();
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.contains("auth") || name.contains("token")) {
        all.append(header.getValue()).append(' ');
      }
    }
    all.append(uri).append(' ').append(URLDecoder.decode(uri, UTF_8));
    String coded = Base64.getEncoder().encodeToString(all.toString().getBytes(UTF_8));
    // Only the beginning of an answer is shown, so each of the two comes first now and then.
    String said = paths.size() % 2 == 0 ? all + " " + coded : coded + " " + all;
    byte[] body = said.getBytes(UTF_8);
    exchange.sendResponseHeaders(503, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  String url(String path) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + path;
  }

  /** Whether a request to such an address came. */
  boolean asked(String part) {
    return paths.stream().anyMatch(p -> p.contains(part));
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
