package dev.pullcord.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on a real port that answers what a test says, and keeps what it was asked. */
final class ScriptedServer implements AutoCloseable {
  static final String TOKEN = "pct_secret";
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String scheme;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<OutputStream> streams = new CopyOnWriteArrayList<>();
  private volatile boolean hangs;
  private final CountDownLatch closed = new CountDownLatch(1);

  private record Answer(int status, String type, String body) {}

  ScriptedServer() throws IOException {
    this(null);
  }

  ScriptedServer(@Nullable SSLContext tls) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (tls == null) {
      http = HttpServer.create(any, 0);
    } else {
      HttpsServer https = HttpsServer.create(any, 0);
      https.setHttpsConfigurator(new HttpsConfigurator(tls));
      http = https;
    }
    scheme = tls == null ? "http" : "https";
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
  }

  ServerUrl url() {
    return ServerUrl.parse(scheme + "://127.0.0.1:" + http.getAddress().getPort());
  }

  ServerClient client(@Nullable Fingerprint fingerprint) {
    return new ServerClient(new ServerCredentials(url(), TOKEN, fingerprint), System::nanoTime);
  }

  /** Method, address and body of each request so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Answers a method and address, written as {@code GET /api/v1/fleet}, with a record. */
  void answer(String request, Object value) {
    answer(request, 200, "application/json", PullcordJson.write(value));
  }

  void answer(String request, int status, String type, String body) {
    answers.put(request, new Answer(status, type, body));
  }

  void refuse(String request, int status, String code, String detail) {
    Problem problem = new Problem("urn:x", "title", status, code, detail, null, "r-1");
    answer(request, status, Problem.MEDIA_TYPE, PullcordJson.write(problem));
  }

  /** Takes requests from now on and answers none, as one that is paused; streams stay open. */
  void hang() {
    hangs = true;
  }

  int listeners() {
    return streams.size();
  }

  void ring() throws IOException {
    for (OutputStream stream : streams) {
      stream.write("event: change\ndata: {}\n\n".getBytes(UTF_8));
      stream.flush();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    http.stop(0);
    threads.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    requests.add((request + " " + body).strip());
    try (exchange) {
      if (hangs) {
        closed.await();
        return;
      }
      if (request.equals("GET /api/v1/events")) {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(": hello\n\n".getBytes(UTF_8));
        exchange.getResponseBody().flush();
        streams.add(exchange.getResponseBody());
        closed.await();
        return;
      }
      Answer answer = answers.getOrDefault(request, new Answer(204, "text/plain", ""));
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      if (answer.status() / 100 == 3) {
        exchange.getResponseHeaders().set("Location", answer.body());
      }
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), answer.status() == 204 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
