package dev.pullcord.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A git server as many companies have it: a real nginx with TLS of an own authority and basic
 * authentication, and behind it {@code git http-backend} by way of fcgiwrap. What is wrong with it
 * a test says.
 */
public final class GitNginxUpstream implements AutoCloseable {
  /** Who may read and push. */
  public static final String USER = "pullcord";

  /** Another one. */
  public static final String OTHER = "edge";

  /** The password of each of them. */
  public static final String PASSWORD = "geheim";

  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(3);

  /** What git says before it sends a pack is shorter. */
  private static final long PACK_BEGAN = 200_000;

  private final Path directory;
  private final Path root;
  private final Path nginx;
  private final Path fcgiwrap;
  private final int port;
  private final List<Process> running = new ArrayList<>();

  /**
   * A server that answers when this returns.
   *
   * @param directory for its keys and settings
   * @param root the folder of bare repositories
   */
  public GitNginxUpstream(Path directory, Path root) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.root = root;
    this.nginx = Needs.tool("nginx");
    this.fcgiwrap = Needs.tool("fcgiwrap");
    this.port = freePort();
    certificates();
    password(PASSWORD);
    start("");
  }

  /** The address of one of its repositories, without a password. */
  public String url(String repository) {
    return "https://127.0.0.1:" + port + "/" + repository;
  }

  /** The certificate of its authority. */
  public Path authority() {
    return directory.resolve("ca.pem");
  }

  /** Another password from now on. */
  public void password(String now) throws IOException {
    Files.writeString(
        directory.resolve("users"),
        USER + ":{PLAIN}" + now + "\n" + OTHER + ":{PLAIN}" + now + "\n");
  }

  /** How many packs and listings this user has got. */
  public long answers(String user) throws IOException {
    try (Stream<String> lines = Files.lines(directory.resolve("access.log"))) {
      return lines.filter(l -> l.contains(" " + user + " ") && l.contains("\"POST ")).count();
    }
  }

  /**
   * Starts it, after it was killed.
   *
   * @param rate the most that each answer gets a second, as nginx writes it; empty for all
   */
  public void start(String rate) throws IOException {
    Path socket = directory.resolve("fcgi");
    Files.deleteIfExists(socket);
    Files.writeString(directory.resolve("nginx.conf"), configuration(rate));
    run(fcgiwrap.toString(), "-c", "4", "-s", "unix:" + socket);
    Eventually.within(BEGINS_WITHIN).isTrue("fcgiwrap listens", () -> Files.exists(socket));
    run(nginx.toString(), "-p", directory.toString(), "-c", directory.resolve("nginx.conf") + "");
    Eventually.within(BEGINS_WITHIN).isTrue("nginx listens", this::answers);
  }

  private String configuration(String rate) throws IOException {
    return """
    daemon off;
    user %1$s;
    worker_processes 1;
    pid %2$s/pid;
    error_log %2$s/error.log;
    events {}
    http {
      access_log %2$s/access.log;
      client_body_temp_path %2$s/body;
      fastcgi_temp_path %2$s/temp;
      proxy_temp_path %2$s/temp;
      uwsgi_temp_path %2$s/temp;
      scgi_temp_path %2$s/temp;
      server {
        listen 127.0.0.1:%3$d ssl;
        ssl_certificate %2$s/host.pem;
        ssl_certificate_key %2$s/host.key;
        client_max_body_size 0;
        location / {
          auth_basic git;
          auth_basic_user_file %2$s/users;
          fastcgi_pass unix:%2$s/fcgi;
          fastcgi_buffers 4 16k;
          fastcgi_max_temp_file_size 0;
          fastcgi_param SCRIPT_FILENAME %4$s/git-http-backend;
          fastcgi_param GIT_PROJECT_ROOT %5$s;
          fastcgi_param GIT_HTTP_EXPORT_ALL 1;
          fastcgi_param GIT_CONFIG_NOSYSTEM 1;
          fastcgi_param GIT_CONFIG_GLOBAL /dev/null;
          fastcgi_param GIT_PROTOCOL $http_git_protocol;
          fastcgi_param PATH_INFO $uri;
          fastcgi_param QUERY_STRING $query_string;
          fastcgi_param REQUEST_METHOD $request_method;
          fastcgi_param CONTENT_TYPE $content_type;
          fastcgi_param CONTENT_LENGTH $content_length;
          fastcgi_param REMOTE_USER $remote_user;
          fastcgi_param REMOTE_ADDR $remote_addr;
          %6$s
        }
      }
    }
    """
        .formatted(
            System.getProperty("user.name"),
            directory,
            port,
            said("git", "--exec-path").strip(),
            root,
            rate.isEmpty() ? "" : "limit_rate " + rate + ";");
  }

  private void certificates() throws IOException {
    List<String> make =
        List.of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    said(
        Stream.concat(
                make.stream(),
                words(
                    "-nodes -days 30 -subj /CN=authority"
                        + " -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.pem"))
            .toArray(String[]::new));
    said(
        Stream.concat(
                make.stream(),
                words(
                    "-nodes -days 30 -subj /CN=host"
                        + " -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:FALSE"
                        + " -CA ca.pem -CAkey ca.key -keyout host.key -out host.pem"))
            .toArray(String[]::new));
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.split(" "));
  }

  private void run(String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    running.add(builder.start());
  }

  private String said(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  /** Whether a pack is under way: git has written much, and is not rid of the rest. */
  public boolean sending() {
    return running.stream()
        .flatMap(Process::descendants)
        .filter(p -> p.info().commandLine().orElse("").contains("upload-pack"))
        .anyMatch(p -> written(p.pid()) > PACK_BEGAN);
  }

  private static long written(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/io"))) {
      return lines
          .filter(line -> line.startsWith("wchar: "))
          .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length())))
          .sum();
    } catch (IOException | UncheckedIOException _) {
      return 0; // it has ended
    }
  }

  /** From now on it says nothing, on any connection; {@link #goOn} ends that. */
  public void hang() {
    signal("-STOP");
  }

  /** It does what it was asked meanwhile. */
  public void goOn() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      for (Process process : running) {
        for (ProcessHandle worker : process.children().toList()) {
          said("kill", signal, Long.toString(worker.pid()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it, and whatever it is sending, at once. */
  public void kill() {
    for (Process process : running) {
      List<ProcessHandle> below = process.descendants().toList();
      process.destroyForcibly().onExit().join();
      below.forEach(ProcessHandle::destroyForcibly); // before it, nginx would start new ones
    }
    running.clear();
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
