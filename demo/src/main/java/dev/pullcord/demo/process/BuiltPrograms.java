package dev.pullcord.demo.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Where the built programs are.
 *
 * @param root the repository's root
 * @param training whether the daemons leave a start-up cache beside their jars when they end
 */
public record BuiltPrograms(Path root, boolean training) {
  /** Checks that they were built. */
  public BuiltPrograms {
    for (String name : new String[] {"pullcord-server", "pullcord-agent"}) {
      Path launcher = root.resolve("build/bin").resolve(name);
      if (!Files.isExecutable(launcher)) {
        throw new IllegalStateException(launcher + " is missing: run ./pullcord build first");
      }
    }
  }

  /** Those of this build: where the launcher or Maven says that the repository is. */
  public static BuiltPrograms ofThisBuild() {
    String root = System.getProperty("pullcord.root");
    if (root == null) {
      throw new IllegalStateException("pullcord.root is not set: start with ./pullcord demo");
    }
    return new BuiltPrograms(Path.of(root).toAbsolutePath().normalize(), false);
  }

  /** The same, for the one run whose daemons leave their caches. */
  public BuiltPrograms inTraining() {
    return new BuiltPrograms(root, true);
  }

  /** How long a daemon may take to end; one in training writes its cache meanwhile. */
  public Duration stopLimit() {
    return Duration.ofSeconds(training ? 90 : 45);
  }

  /** The environment of the server's process. */
  public Map<String, String> serverEnvironment() {
    return daemonEnvironment("server");
  }

  /** The environment of an agent's process. */
  public Map<String, String> agentEnvironment() {
    return daemonEnvironment("agent");
  }

  /** The environment of the one call of the operator's command that leaves its cache. */
  public Map<String, String> cliInTraining() {
    return daemonEnvironment("cli");
  }

  private Map<String, String> daemonEnvironment(String program) {
    Path cache = root.resolve("build/lib").resolve(program + ".aot");
    return training ? Map.of("PULLCORD_JAVA_OPTS", "-XX:AOTCacheOutput=" + cache) : Map.of();
  }

  /** The control server. */
  public String server() {
    return root.resolve("build/bin/pullcord-server").toString();
  }

  /** The agent. */
  public String agent() {
    return root.resolve("build/bin/pullcord-agent").toString();
  }

  /** The operator's command. */
  public String cli() {
    return root.resolve("build/bin/pullcord").toString();
  }

  /** The example repository of that name. */
  public Path example(String name) {
    return root.resolve("manifests/examples").resolve(name);
  }
}
