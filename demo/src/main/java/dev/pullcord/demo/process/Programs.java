package dev.pullcord.demo.process;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the built programs are.
 *
 * @param root the repository's root
 */
public record Programs(Path root) {
  /** Checks that they were built. */
  public Programs {
    for (String name : new String[] {"pullcord-server", "pullcord-agent"}) {
      Path launcher = root.resolve("build/bin").resolve(name);
      if (!Files.isExecutable(launcher)) {
        throw new IllegalStateException(launcher + " is missing: run ./pullcord build first");
      }
    }
  }

  /** Those of this build: where the launcher or Maven says that the repository is. */
  public static Programs ofThisBuild() {
    String root = System.getProperty("pullcord.root");
    if (root == null) {
      throw new IllegalStateException("pullcord.root is not set: start with ./pullcord demo");
    }
    return new Programs(Path.of(root).toAbsolutePath().normalize());
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

  /** The example repository. */
  public Path exampleRepository() {
    return root.resolve("manifests/examples/grep");
  }
}
