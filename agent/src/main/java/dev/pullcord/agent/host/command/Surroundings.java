package dev.pullcord.agent.host.command;

import dev.pullcord.agent.host.Private;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment of commands and workers: a few names of the agent's own, what the manifest gives,
 * and where and what they are. Nothing else of the agent's environment gets through.
 *
 * @param node its name
 * @param ref in force
 * @param commit in force when it was started
 * @param release real path of the release that is the working directory
 * @param current the link to resolve; the release itself outside a generation
 * @param generation its number; null outside a generation
 * @param ofNode what the node itself adds, which wins over the manifest
 * @param venv a Python environment, whose programs come first on PATH; null for none
 * @param owner as whom it runs, and where it keeps things
 */
public record Surroundings(
    NodeName node,
    String ref,
    CommitId commit,
    Path release,
    Path current,
    @Nullable Long generation,
    Private ofNode,
    @Nullable Path venv,
    Owner owner) {
  /**
   * Whose it is.
   *
   * @param user the user of its own that its worker has; null for the one of all others
   * @param kept where a worker keeps what its next generation is to find; null outside a worker
   */
  public record Owner(@Nullable String user, @Nullable Path kept) {
    /** No worker's. */
    public static final Owner NODE = new Owner(null, null);
  }

  private static final String[] INHERITED = {"PATH", "HOME", "LANG", "LC_ALL", "TZ"};
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  /** PATH, HOME, language and time zone; and no bytecode beside the sources of a release. */
  public static Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", DEFAULT_PATH);
    for (String name : INHERITED) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    return environment;
  }

  /** The same with what the node adds for a worker, as that user. */
  public Surroundings with(Private variables, @Nullable String user) {
    return with(variables, new Owner(user, owner.kept()));
  }

  /** The same for a worker: with what the node adds for it, and where it keeps things. */
  public Surroundings with(Private variables, Owner whose) {
    return new Surroundings(
        node, ref, commit, release, current, generation, variables, venv, whose);
  }

  /**
   * The environment with the manifest's names and the node's, which may replace PATH and never
   * ours.
   */
  public Map<String, String> environment(Map<String, String> manifest) {
    Map<String, String> environment = environment();
    environment.putAll(manifest);
    environment.putAll(ofNode.values());
    if (venv != null) {
      environment.put("VIRTUAL_ENV", venv.toString());
      environment.merge("PATH", venv.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
    }
    environment.put("PULLCORD_NODE", node.value());
    environment.put("PULLCORD_REF", ref);
    environment.put("PULLCORD_COMMIT", commit.value());
    environment.put("PULLCORD_RELEASE", release.toString());
    environment.put("PULLCORD_CURRENT", current.toString());
    if (owner.kept() != null) {
      environment.put("PULLCORD_STATE", owner.kept().toString());
    }
    if (generation == null) {
      environment.remove("PULLCORD_GENERATION");
    } else {
      environment.put("PULLCORD_GENERATION", Long.toString(generation));
    }
    return environment;
  }
}
