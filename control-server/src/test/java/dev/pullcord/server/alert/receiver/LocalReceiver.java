package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Somebody on loopback who takes requests, and answers as a test wants: 200 by default. */
public final class LocalReceiver implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final CountDownLatch hung = new CountDownLatch(1);
  private volatile boolean hangs;

  /** A request. */
  public record Got(String method, String path, Map<String, String> headers, String body) {}

  private record Answer(int status, String retryAfter, String body) {}

  public LocalReceiver() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext(
        "/",
        exchange -> {
          Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          exchange.getRequestHeaders().forEach((k, v) -> headers.put(k, v.getFirst()));
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          got.add(
              new Got(
                  exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body));
          try {
            if (hangs) {
              hung.await();
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          Answer answer = next();
          if (!answer.retryAfter().isEmpty()) {
            exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
          }
          byte[] bytes = answer.body().getBytes(UTF_8);
          exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    http.start();
  }

  private synchronized Answer next() {
    Answer answer = answers.poll();
    return answer == null ? new Answer(200, "", "ok") : answer;
  }

  /** The next answer; after the last of them it is 200. */
  public synchronized LocalReceiver answers(int status, String retryAfter, String body) {
    answers.add(new Answer(status, retryAfter, body));
    return this;
  }

  /** From now on it takes requests and says nothing. */
  public void hang() {
    hangs = true;
  }

  public String url(String path) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + path;
  }

  public List<Got> got() {
    return Collections.unmodifiableList(got);
  }

  @Override
  public void close() {
    hung.countDown();
    http.stop(0);
    threads.shutdownNow();
  }
}
