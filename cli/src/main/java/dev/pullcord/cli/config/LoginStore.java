package dev.pullcord.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileModes;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.PresentedCertificate;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code $XDG_CONFIG_HOME/pullcord}, by default {@code ~/.config/pullcord}: {@code config.json}
 * with the token and, beside it, the server's certificate. A file that others may read is refused,
 * since the token in it must be taken for known.
 */
public final class LoginStore {
  private final Path directory;

  /** The store of whoever has this environment. */
  public LoginStore(Map<String, String> environment) {
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    String home = environment.getOrDefault("HOME", System.getProperty("user.home", "/"));
    Path base = Path.of(configured.startsWith("/") ? configured : home + "/.config");
    directory = base.resolve("pullcord");
  }

  /** Where the login is kept. */
  public Path file() {
    return directory.resolve("config.json");
  }

  /** What was stored, if anything was. */
  public Optional<Login> read() {
    Path file = file();
    try {
      String text = Files.readString(file);
      if (FileModes.openToOthers(file)) {
        throw Failure.usage(file + " holds a token and others may read it: run chmod 600 " + file);
      }
      Login login = PullcordJson.wire().readValue(text, Login.class);
      if (login == null || login.url() == null || login.token() == null) {
        throw damaged("url and token expected", null);
      }
      return Optional.of(login);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw damaged(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new Failure(ExitCode.USAGE, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private Failure damaged(String why, @Nullable Throwable cause) {
    String line = file() + " is damaged (" + why + "): run pullcord login again";
    return cause == null ? Failure.usage(line) : new Failure(ExitCode.USAGE, line, cause);
  }

  /** Keeps a login in place of the one before. */
  public void write(Login login) {
    keep(file(), PullcordJson.write(login) + "\n");
  }

  /**
   * Keeps a server's certificates and says where. The file is alone in a directory that git can
   * take as {@code http.sslCAPath}: where git is built with OpenSSL it looks there for the hash of
   * the subject, which for the certificate that a server makes itself is always the same.
   */
  public Path writeCertificate(ServerUrl address, String pem) {
    String name = address.host().replaceAll("[^a-z0-9.-]", "_") + "_" + address.port();
    Path trust = directory.resolve("trust").resolve(name);
    keep(trust.resolve(PresentedCertificate.HASHED_NAME), pem);
    Path file = trust.resolve("server.pem");
    keep(file, pem);
    return file;
  }

  private static void keep(Path file, String content) {
    try {
      AtomicFiles.writeWithDirectories(file, content);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, "cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
