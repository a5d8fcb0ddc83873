package dev.pullcord.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileModes;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.PresentedCertificate;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.Quoted;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@code $XDG_CONFIG_HOME/pullcord}, by default {@code ~/.config/pullcord}: {@code config.json}
 * with the logins and, beside it, the servers' certificates. A file that others may read is
 * refused, since the tokens in it must be taken for known.
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

  /** Where the logins are kept. */
  public Path file() {
    return directory.resolve("config.json");
  }

  /** What was stored; a file of the time when there was one login has it alone in it. */
  public Logins read() {
    Path file = file();
    try {
      String text = Files.readString(file);
      if (FileModes.openToOthers(file)) {
        throw Failure.usage(file + " holds a token and others may read it: run chmod 600 " + file);
      }
      ObjectMapper json = PullcordJson.wire();
      JsonNode stored = json.readTree(text);
      if (stored.has("contexts")) {
        Logins logins = json.treeToValue(stored, Logins.class);
        logins.contexts().forEach((name, login) -> check("context " + name + ": ", login));
        return logins;
      }
      Login only = json.treeToValue(stored, Login.class);
      check("", only);
      if (only.address().isEmpty()) {
        throw damaged(Quoted.of(only.url()) + " is no server's address", null);
      }
      return Logins.NONE.with(Logins.nameOf(new ServerUrl(only.url())), only);
    } catch (NoSuchFileException e) {
      return Logins.NONE;
    } catch (JsonProcessingException e) {
      throw damaged(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new Failure(ExitCode.USAGE, "cannot read " + FileFault.of(e, file), e);
    }
  }

  /** An address that is none is left to whoever uses that login: it is in no other's way. */
  private void check(String whose, @Nullable Login login) {
    if (login == null || login.url() == null || login.token() == null) {
      throw damaged(whose + "url and token expected", null);
    }
  }

  private Failure damaged(String why, @Nullable Throwable cause) {
    String line = file() + " is damaged (" + why + "): remove it and run pullcord login again";
    return cause == null ? Failure.usage(line) : new Failure(ExitCode.USAGE, line, cause);
  }

  /**
   * Changes what is stored, while every other command that wants to waits: two that run at once
   * would lose the login of one of them. Returns what is stored then.
   */
  public Logins change(UnaryOperator<Logins> change) {
    Path lock = directory.resolve("config.lock");
    synchronized (LoginStore.class) {
      try {
        AtomicFiles.createPrivateDirectories(directory);
        AtomicFiles.createPrivate(lock);
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
            FileLock _ = channel.lock()) {
          Logins changed = change.apply(read());
          write(changed);
          return changed;
        }
      } catch (IOException e) {
        throw new Failure(ExitCode.FAILED, "cannot lock " + FileFault.of(e, lock), e);
      }
    }
  }

  private void write(Logins logins) {
    if (logins.contexts().isEmpty()) {
      delete(file());
    } else {
      keep(file(), PullcordJson.write(logins) + "\n");
    }
  }

  /**
   * Keeps a server's certificates and says where. The file is alone in a directory that git can
   * take as {@code http.sslCAPath}: where git is built with OpenSSL it looks there for the hash of
   * the subject, which for the certificate that a server makes itself is always the same.
   */
  public Path writeCertificate(ServerUrl address, String pem) {
    Path file = trust(address).resolve("server.pem");
    rewriteCertificate(file, pem);
    return file;
  }

  /** Writes the certificates of a login anew, where git has them. */
  void rewriteCertificate(Path file, String pem) {
    keep(file.resolveSibling(PresentedCertificate.HASHED_NAME), pem);
    keep(file, pem);
  }

  /** Forgets the certificates of a login, unless one of those that are left has the same. */
  public void deleteCertificate(Login login, Logins left) {
    String certificate = login.certificate();
    if (certificate == null
        || left.contexts().values().stream().anyMatch(l -> certificate.equals(l.certificate()))) {
      return;
    }
    Path file = Path.of(certificate);
    delete(file.resolveSibling(PresentedCertificate.HASHED_NAME));
    delete(file);
    delete(file.resolveSibling(""));
  }

  /** Servers behind one proxy differ in their paths, and may differ in their certificates. */
  private Path trust(ServerUrl address) {
    String path = URI.create(address.url()).getRawPath();
    String name = address.host() + "_" + address.port() + path.replace('/', '_');
    return directory.resolve("trust").resolve(name.replaceAll("[^A-Za-z0-9._-]", "_"));
  }

  private static void keep(Path file, String content) {
    try {
      AtomicFiles.writeWithDirectories(file, content);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, "cannot write " + FileFault.of(e, file), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, "cannot delete " + FileFault.of(e, file), e);
    }
  }
}
