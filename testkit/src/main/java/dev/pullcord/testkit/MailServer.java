package dev.pullcord.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real mail server on loopback, by {@code aiosmtpd}: it takes mail over TLS from one user, and
 * remembers it. Its certificate is of an authority of its own.
 */
public final class MailServer implements AutoCloseable {
  private static final String USER = "pullcord";
  private static final int USUAL_PORT = 465;
  private static final String PROGRAM =
      """
      import asyncio, json, os, ssl
      from aiosmtpd.smtp import SMTP, AuthResult
      start = os.environ["MAIL_MODE"] == "starttls"
      tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      tls.load_cert_chain("mail.pem", "mail.key")
      class Box:
          async def handle_DATA(self, server, session, envelope):
              encrypted = server.transport.get_extra_info("ssl_object") is not None
              mail = {"to": envelope.rcpt_tos, "tls": encrypted, "user": session.auth_data or "",
                      "text": envelope.content.decode("utf-8")}
              with open("mails", "a") as mails: mails.write(json.dumps(mail) + "\\n")
              return "250 OK"
      def who(server, session, envelope, mechanism, data):
          wanted = ("pullcord", os.environ["MAIL_PASSWORD"])
          good = (data.login.decode(), data.password.decode()) == wanted
          return AuthResult(success=good, handled=False, auth_data=data.login.decode())
      async def main():
          loop = asyncio.get_running_loop()
          made = lambda: SMTP(Box(), hostname="localhost", loop=loop, authenticator=who,
                              auth_required=True, auth_require_tls=start,
                              tls_context=tls if start else None, require_starttls=start)
          where, port = os.environ["MAIL_HOST"], int(os.environ["MAIL_PORT"])
          server = await loop.create_server(made, where, port, ssl=None if start else tls)
          print(server.sockets[0].getsockname()[1], flush=True)
          await server.serve_forever()
      asyncio.run(main())
      """;

  private final Path directory;
  private final Process process;
  private final String host;
  private final int port;

  private MailServer(Path directory, Process process, String host, int port) {
    this.directory = directory;
    this.process = process;
    this.host = host;
    this.port = port;
  }

  /** How a client comes to speak TLS. */
  public enum Mode {
    STARTTLS,
    FROM_THE_FIRST_BYTE
  }

  /**
   * A mail as it came.
   *
   * @param to whom it is for
   * @param tls whether it came encrypted
   * @param user who sent it
   * @param text headers and body
   */
  public record Mail(List<String> to, boolean tls, String user, String text) {}

  /** Starts one, with its files in a new directory; skips the test where its tools are missing. */
  public static MailServer start(Path directory, Mode mode, String password)
      throws IOException, InterruptedException {
    return start(directory, mode, password, "127.0.0.1", 0);
  }

  /**
   * One on the port that is for TLS from the first byte, at an address of its own on loopback.
   * Needs the right to listen there.
   */
  public static MailServer onUsualPort(Path directory, String password)
      throws IOException, InterruptedException {
    return start(directory, Mode.FROM_THE_FIRST_BYTE, password, Loopback.random(), USUAL_PORT);
  }

  private static MailServer start(
      Path directory, Mode mode, String password, String host, int wanted)
      throws IOException, InterruptedException {
    Path python = Needs.pythonWith("aiosmtpd", "python3-aiosmtpd");
    Needs.tool("openssl");
    Files.createDirectories(directory);
    authority(directory, "ca");
    String leaf = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=mail";
    openssl(
        directory,
        "req -x509 -CA ca.pem -CAkey ca.key -keyout mail.key -out mail.pem -addext"
            + " basicConstraints=critical,CA:FALSE -addext subjectAltName=IP:"
            + host
            + " "
            + leaf);
    ProcessBuilder builder = new ProcessBuilder(python.toString(), "-c", PROGRAM);
    builder.environment().put("MAIL_MODE", mode == Mode.STARTTLS ? "starttls" : "tls");
    builder.environment().put("MAIL_PASSWORD", password);
    builder.environment().put("MAIL_HOST", host);
    builder.environment().put("MAIL_PORT", Integer.toString(wanted));
    Process process =
        builder
            .directory(directory.toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    String port = said.readLine();
    if (port == null) {
      throw new IOException(Files.readString(directory.resolve("errors")));
    }
    return new MailServer(directory, process, host, Integer.parseInt(port));
  }

  /** Makes an authority: {@code NAME.pem} and {@code NAME.key}. */
  public static Path authority(Path directory, String name)
      throws IOException, InterruptedException {
    openssl(
        directory,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout %s.key -out"
                .formatted(name)
            + " %s.pem -subj /CN=%s".formatted(name, name));
    return directory.resolve(name + ".pem");
  }

  private static void openssl(Path directory, String arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Path output = directory.resolve("openssl.log");
    int exit =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException(command + ": " + Files.readString(output));
    }
  }

  /** The address where it listens. */
  public String host() {
    return host;
  }

  /** The port where it listens. */
  public int port() {
    return port;
  }

  /** The only one who may send. */
  public String user() {
    return USER;
  }

  /** Who vouches for it. */
  public Path caFile() {
    return directory.resolve("ca.pem");
  }

  /** All mails that came. */
  public List<Mail> mails() throws IOException {
    Path file = directory.resolve("mails");
    List<Mail> all = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        JsonNode mail = PullcordJson.wire().readTree(line);
        List<String> to = new ArrayList<>();
        mail.path("to").forEach(t -> to.add(t.asText()));
        all.add(
            new Mail(
                to,
                mail.path("tls").asBoolean(),
                mail.path("user").asText(),
                mail.path("text").asText()));
      }
    }
    return all;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
