package dev.pullcord.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A git server that is not Pullcord's: git's own {@code git http-backend} behind HTTPS, with a user
 * and a password. What is wrong with it a test says.
 */
public final class GitHttpUpstream implements AutoCloseable {
  /** The user that may read. */
  public static final String USER = "pullcord";

  private final Path root;
  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger packs = new AtomicInteger();
  private volatile String password;
  private volatile boolean wantsCertificate;
  private volatile Trouble trouble = Trouble.NONE;

  /** What goes wrong with each request. */
  public enum Trouble {
    /** Nothing. */
    NONE,
    /** 503, and not before two minutes. */
    BUSY,
    /** Sent elsewhere. */
    MOVED,
    /** Half of a pack, and the connection breaks. */
    HALF_A_PACK,
    /** It takes the request, and says nothing for ever. */
    HANGS,
    /** Its answers come byte by byte, for ever. */
    TRICKLES
  }

  /**
   * A server.
   *
   * @param root the folder of bare repositories
   * @param tls null for plain HTTP
   */
  public GitHttpUpstream(Path root, @Nullable SSLContext tls, String password) throws IOException {
    this(root, tls, password, 0);
  }

  /** The same on that port, as after a restart. */
  public GitHttpUpstream(Path root, @Nullable SSLContext tls, String password, int port)
      throws IOException {
    this.root = root;
    this.password = password;
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    if (tls == null) {
      server = HttpServer.create(any, 0);
      scheme = "http";
    } else {
      HttpsServer https = HttpsServer.create(any, 0);
      https.setHttpsConfigurator(
          new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters wanted = tls.getDefaultSSLParameters();
              wanted.setNeedClientAuth(wantsCertificate);
              parameters.setSSLParameters(wanted);
            }
          });
      server = https;
      scheme = "https";
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** The address of one of its repositories. */
  public String url(String repository) {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/" + repository;
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** From the next connection on, whoever has no certificate is refused. */
  public void wantCertificates() {
    wantsCertificate = true;
  }

  /** Another password from now on. */
  public void password(String other) {
    password = other;
  }

  /** What goes wrong from now on. */
  public void trouble(Trouble now) {
    trouble = now;
  }

  /** How many requests there were. */
  public int requests() {
    return requests.get();
  }

  /** How many packs were asked for. */
  public int packs() {
    return packs.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    if (trouble == Trouble.HANGS) {
      return; // the connection stays open
    }
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String said = USER + ":" + password;
      String expected =
          "Basic " + Base64.getEncoder().encodeToString(said.getBytes(StandardCharsets.UTF_8));
      if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
      } else if (trouble == Trouble.BUSY) {
        exchange.getResponseHeaders().set("Retry-After", "120");
        exchange.sendResponseHeaders(503, -1);
      } else if (trouble == Trouble.MOVED) {
        exchange
            .getResponseHeaders()
            .set("Location", "https://u:p@elsewhere.example/new.git/info/refs?service=x");
        exchange.sendResponseHeaders(301, -1);
      } else {
        hand(exchange, body);
      }
    }
  }

  private void hand(HttpExchange exchange, byte[] body) throws IOException {
    Process git = start(exchange);
    // Written beside the reading: git answers before it has read everything.
    threads.execute(() -> write(git, body));
    boolean pack =
        exchange.getRequestMethod().equals("POST")
            && text(exchange, body).contains("command=fetch");
    if (pack) {
      packs.incrementAndGet();
    }
    try (InputStream out = new BufferedInputStream(git.getInputStream())) {
      int status = 200;
      for (String line = line(out); !line.isEmpty(); line = line(out)) {
        String[] header = line.split(": ", 2);
        if (header[0].equalsIgnoreCase("Status")) {
          status = Integer.parseInt(header[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(header[0], header[1]);
        }
      }
      byte[] content = out.readAllBytes();
      send(exchange, status, content, pack);
    } finally {
      git.destroy();
    }
  }

  private void send(HttpExchange exchange, int status, byte[] content, boolean pack)
      throws IOException {
    if (pack && trouble == Trouble.HALF_A_PACK) {
      exchange.sendResponseHeaders(status, content.length);
      exchange.getResponseBody().write(content, 0, content.length / 2);
      exchange.getResponseBody().flush();
      throw new IOException("broken by the test");
    }
    exchange.sendResponseHeaders(status, 0);
    if (trouble == Trouble.TRICKLES) {
      trickle(exchange.getResponseBody(), content);
    }
    try (OutputStream answer = exchange.getResponseBody()) {
      answer.write(content);
    }
  }

  private void trickle(OutputStream answer, byte[] content) throws IOException {
    int sent = 0;
    while (trouble == Trouble.TRICKLES) {
      answer.write(content, Math.min(sent, content.length - 1), 1);
      answer.flush();
      sent++;
      LockSupport.parkNanos(1_000_000);
    }
    throw new IOException("ended by the test");
  }

  private Process start(HttpExchange exchange) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    String query = exchange.getRequestURI().getRawQuery();
    environment.put("GIT_PROJECT_ROOT", root.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("PATH_INFO", exchange.getRequestURI().getPath());
    environment.put("QUERY_STRING", query == null ? "" : query);
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    put(environment, "CONTENT_TYPE", exchange.getRequestHeaders().getFirst("Content-Type"));
    put(environment, "GIT_PROTOCOL", exchange.getRequestHeaders().getFirst("Git-Protocol"));
    put(
        environment,
        "HTTP_CONTENT_ENCODING",
        exchange.getRequestHeaders().getFirst("Content-Encoding"));
    environment.put("REMOTE_ADDR", "127.0.0.1");
    return builder.start();
  }

  private static String text(HttpExchange exchange, byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    if (exchange.getRequestHeaders().getFirst("Content-Encoding") != null) {
      in = new GZIPInputStream(in);
    }
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static void put(Map<String, String> environment, String name, @Nullable String value) {
    if (value != null) {
      environment.put(name, value);
    }
  }

  private static void write(Process git, byte[] body) {
    try (OutputStream in = git.getOutputStream()) {
      in.write(body);
    } catch (IOException _) {
      // It has read enough.
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
