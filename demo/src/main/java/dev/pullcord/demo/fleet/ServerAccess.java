package dev.pullcord.demo.fleet;

import dev.pullcord.protocol.unit.ShellWord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What git and the operator's command need to speak to a local server. The token goes into files
 * that only their owner reads and into environments, never into arguments.
 *
 * @param url the people's port
 * @param certificate the server's certificate
 * @param token the admin's
 * @param fingerprint of the server's key
 * @param home stands in for the home directory of whoever runs git
 */
record ServerAccess(String url, Path certificate, String token, String fingerprint, Path home) {
  @Override
  public String toString() {
    return "ServerAccess[" + url + "]";
  }

  String repositoryUrl() {
    return url + "/git/fleet.git";
  }

  /** Lets git see nothing of the host's settings. */
  Map<String, String> isolated() {
    return Map.of(
        "HOME", home.toString(),
        "GIT_CONFIG_NOSYSTEM", "1",
        "GIT_CONFIG_GLOBAL", "/dev/null",
        "GIT_TERMINAL_PROMPT", "0",
        "GIT_AUTHOR_NAME", "Ada",
        "GIT_AUTHOR_EMAIL", "ada@example.org",
        "GIT_COMMITTER_NAME", "Ada",
        "GIT_COMMITTER_EMAIL", "ada@example.org");
  }

  /** The same, and git knows the server without a configuration file. */
  Map<String, String> isolatedWithAccess() {
    Map<String, String> environment = new HashMap<>(isolated());
    environment.putAll(asVariables());
    return environment;
  }

  /**
   * A GIT_SSL_CAINFO of whoever runs this wins over sslCAInfo; nothing wins over sslCAPath. A proxy
   * does not reach loopback.
   */
  private Map<String, String> asVariables() {
    Map<String, String> settings =
        Map.of(
            "sslCAInfo", certificate.toString(),
            "sslCAPath", certificate.resolveSibling("").toString(),
            "extraHeader", authorization(),
            "proxy", "");
    Map<String, String> variables = new HashMap<>();
    settings.forEach((name, value) -> {
      int number = variables.size() / 2;
      variables.put("GIT_CONFIG_KEY_" + number, "http." + url + "/." + name);
      variables.put("GIT_CONFIG_VALUE_" + number, value);
    });
    variables.put("GIT_CONFIG_COUNT", Integer.toString(settings.size()));
    return variables;
  }

  /** Adds the server to a clone's configuration, and an author for those who have none. */
  void addTo(Path config) {
    String section =
        """
        [http "%s/"]
        \tsslCAInfo = %s
        \tsslCAPath = %s
        \textraHeader = %s
        \tproxy =
        [user]
        \tname = Ada
        \temail = ada@example.org
        [push]
        \tdefault = current
        """
            .formatted(url, certificate, certificate.resolveSibling(""), authorization());
    try {
      Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
      Files.writeString(config, section, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file for {@code . FILE}: in that shell git and pullcord know the server. */
  void writeShellFile(Path file, Path binaries) {
    StringBuilder text = new StringBuilder("# Read this in a shell: . " + file + "\n");
    text.append(export("PULLCORD_URL", url));
    text.append(export("PULLCORD_TOKEN", token));
    text.append(export("PULLCORD_FINGERPRINT", fingerprint));
    asVariables().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> text.append(export(entry.getKey(), entry.getValue())));
    text.append("export PATH=").append(ShellWord.of(binaries.toString())).append(":\"$PATH\"\n");
    text.append("git config user.email >/dev/null || {\n");
    for (String role : new String[] {"AUTHOR", "COMMITTER"}) {
      text.append("  ").append(export("GIT_" + role + "_NAME", "Ada"));
      text.append("  ").append(export("GIT_" + role + "_EMAIL", "ada@example.org"));
    }
    text.append("}\n");
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String export(String name, String value) {
    return "export " + name + "='" + value.replace("'", "'\\''") + "'\n";
  }

  private String authorization() {
    byte[] user = ("ada:" + token).getBytes(StandardCharsets.UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(user);
  }
}
