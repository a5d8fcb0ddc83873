package dev.pullcord.systemtests.secrets;

import dev.pullcord.testkit.GitSshUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A git host behind SSH: its private keys, and all that can be wrong with one. */
final class SshParts implements AutoCloseable {
  private final GitSshUpstream host;
  private final Path known;
  private final Map<String, Path> wrong = new LinkedHashMap<>();

  SshParts(Path directory, SecretFiles files, Secrets secrets) throws IOException {
    host = new GitSshUpstream(directory.resolve("ssh"), directory.resolve("root"));
    known = Files.writeString(directory.resolve("known"), host.knownHosts() + "\n");
    secrets.addKey("SSH key", host.keyFile());
    String phrase = secrets.word("passphrase");
    wrong.put("UPSTREAM_CREDENTIALS", host.key("stranger"));
    wrong.put("is encrypted", host.key("encrypted", "-t", "ed25519", "-N", phrase));
    wrong.put("RSA", host.key("rsa", "-t", "rsa", "-m", "PEM", "-N", ""));
    wrong.put("has no private key", files.of("line in place of a key"));
    for (Map.Entry<String, Path> key : wrong.entrySet()) {
      if (Files.readString(key.getValue()).startsWith("-----BEGIN")) {
        secrets.addKey("wrong SSH key, " + key.getKey(), key.getValue());
      }
    }
    Path torn = host.key("torn", "-t", "rsa", "-m", "PEM", "-N", "");
    secrets.addKey("torn SSH key", torn);
    String text = Files.readString(torn);
    Files.writeString(torn, text.substring(0, text.length() / 2));
    wrong.put("torn", torn);
  }

  /** Keys that open nothing, by what is wrong with them. */
  Map<String, Path> wrong() {
    return wrong;
  }

  /** What a configuration has of it, below {@code upstream:} or {@code git:}. */
  String settings() {
    return settings(host.keyFile());
  }

  /** The same, with another key. */
  String settings(Path key) {
    return """
      url: %s
      credentials: {key-file: %s, known-hosts-file: %s}
    """
        .formatted(host.url("remote.git"), key, known);
  }

  @Override
  public void close() {
    host.close();
  }
}
