package dev.pullcord.systemtests.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Files with one secret each, as an operator writes them; each is made when it is asked for. */
final class SecretFiles {
  private final Path directory;
  private final Secrets secrets;
  private final Map<String, String> made = new HashMap<>();

  SecretFiles(Path directory, Secrets secrets) {
    this.directory = directory;
    this.secrets = secrets;
  }

  /** The secret of that name, for whoever may know it. */
  String secret(String what) {
    return made.computeIfAbsent(what, secrets::make);
  }

  /** A file with it. */
  Path of(String what) throws IOException {
    return write(what, secret(what));
  }

  /** A file with a secret that may be in a header or a path. */
  Path word(String what) throws IOException {
    return write(what, made.computeIfAbsent(what, secrets::word));
  }

  /** A file with a variable. */
  Path variable(String what) throws IOException {
    return write(what, "SECRET=" + made.computeIfAbsent(what, secrets::word));
  }

  /** A file with the address of a chat, whose path is the secret. */
  Path address(String what, String base) throws IOException {
    return write(what, base + "/services/" + secrets.word(what) + "/in");
  }

  private Path write(String what, String line) throws IOException {
    return Files.writeString(directory.resolve(what.replaceAll("\\W", "-")), line + "\n");
  }
}
