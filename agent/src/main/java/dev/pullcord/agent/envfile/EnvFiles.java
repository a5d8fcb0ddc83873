package dev.pullcord.agent.envfile;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.LocaleNames;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The environment files of the workers. Each is read once a pass, so that the identity that a
 * generation is started with and the variables that it gets are of the same content. Used by the
 * loop's thread alone.
 */
public final class EnvFiles {
  private static final int SIZE_MAX = 64 << 10;

  private final StateDirectory directory;
  private final EnvFilePolicy policy;
  private final Masks masks;
  private final Map<String, Seen> seen = new HashMap<>();
  private final KeyReader keys;
  private @Nullable IdentityKey key;

  /** Of an agent; what is read is masked by {@code masks} from then on. */
  public EnvFiles(StateDirectory directory, EnvFilePolicy policy, Masks masks) {
    this(directory, policy, masks, IdentityKey::readOrCreate);
  }

  private EnvFiles(StateDirectory directory, EnvFilePolicy policy, Masks masks, KeyReader keys) {
    this.keys = keys;
    this.directory = directory;
    this.policy = policy;
    this.masks = masks;
  }

  /** The same files for whoever looks on beside the loop's thread; never makes the key. */
  public static EnvFiles aside(StateDirectory directory, EnvFilePolicy policy, Masks masks) {
    return new EnvFiles(directory, policy, masks, IdentityKey::readOrForget);
  }

  /** How the key of the hashes is come by. */
  private interface KeyReader {
    IdentityKey read(Path file) throws IOException;
  }

  /** A file as this pass sees it. */
  private sealed interface Seen {
    /** It can be used; the hash is keyed. */
    record Read(Private variables, String hash) implements Seen {}

    /** It cannot for now, and why. */
    record Unusable(String reason) implements Seen {}

    /** The node's owner does not let workers have it, or what a link of that name leads to. */
    record Forbidden(String leads) implements Seen {}
  }

  /**
   * A goal with the node's part of its workers' identities.
   *
   * @param goal its workers whose file cannot be used are as they are in the journal
   * @param problem of the first of those whose file may be usable later; null when there are none
   * @param forbidden of the first of those that the node's owner does not let have their file: only
   *     he can change that; null when there are none
   */
  public record Local(Goal goal, @Nullable String problem, @Nullable String forbidden) {}

  /** A pass begins: what was read is read anew, beginning with what runs. */
  public void passBegins(AgentHistory history) {
    seen.clear();
    history.releases().values().stream()
        .flatMap(release -> release.workers().values().stream())
        .forEach(worker -> look(worker.spec()));
  }

  /** The goal as it is on this node now. */
  public Local local(Goal goal) {
    Map<String, WorkerDefinition> workers = new LinkedHashMap<>();
    String problem = null;
    String forbidden = null;
    for (Map.Entry<String, WorkerDefinition> worker : goal.workers().entrySet()) {
      WorkerDefinition definition = worker.getValue();
      switch (look(definition.spec()).orElse(null)) {
        case Seen.Read(Private variables, String hash) -> definition = definition.on(hash);
        case Seen.Unusable(String reason) ->
            problem = problem == null ? about(definition.spec(), reason) : problem;
        case Seen.Forbidden(String leads) ->
            forbidden = forbidden == null ? policy.refusal(definition.spec(), leads) : forbidden;
        case null -> {}
      }
      workers.put(worker.getKey(), definition);
    }
    return new Local(goal.with(workers), problem, forbidden);
  }

  /** Why a worker cannot get its variables; empty when it can, or has no file. */
  public Optional<String> problem(WorkerSpec spec) {
    return switch (look(spec).orElse(null)) {
      case Seen.Unusable(String reason) -> Optional.of(about(spec, reason));
      case Seen.Forbidden(String leads) -> Optional.of(policy.refusal(spec, leads));
      case Seen.Read _ -> Optional.empty();
      case null -> Optional.empty();
    };
  }

  /** What a worker, and all that is run for it, gets of its file. */
  public Private variables(WorkerSpec spec) {
    return look(spec).orElse(null) instanceof Seen.Read read ? read.variables() : Private.NONE;
  }

  /**
   * The end of what a generation wrote, masked. Nothing of it when it was given what the agent has
   * not seen since its own start, and so does not know what to mask.
   */
  public String logTail(Generation generation, int bytes) {
    Optional<String> given = WorkerDefinition.ofNode(generation.identity());
    return given.isEmpty() || masks.knows(given.get())
        ? new GenerationFiles(directory, generation.number()).logTail(bytes, masks)
        : Masks.NOT_SHOWN;
  }

  private static String about(WorkerSpec spec, String reason) {
    return "worker " + spec.name() + ": " + reason;
  }

  private Optional<Seen> look(WorkerSpec spec) {
    return Optional.ofNullable(spec.envFile()).map(path -> seen.computeIfAbsent(path, this::read));
  }

  private Seen read(String path) {
    String file = "env-file " + path;
    if (!policy.allows(path)) {
      return new Seen.Forbidden("");
    }
    try {
      Path real = Path.of(path).toRealPath();
      if (!policy.allowsReal(real)) {
        return new Seen.Forbidden(real.toString());
      }
      if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        return new Seen.Unusable(file + " is not a plain file");
      }
      byte[] content;
      try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
        content = in.readNBytes(SIZE_MAX + 1);
      }
      if (content.length > SIZE_MAX) {
        return new Seen.Unusable(file + " has more than 64 KiB");
      }
      Map<String, String> variables = EnvFileText.read(content);
      String hash = key().hash(content);
      masks.add(hash, variables.values());
      return new Seen.Read(new Private(variables), hash);
    } catch (EnvFileText.BadLineException e) {
      return new Seen.Unusable(file + ": " + e.getMessage());
    } catch (NoSuchFileException e) {
      return new Seen.Unusable(file + ": no such file on this node");
    } catch (AccessDeniedException e) {
      return new Seen.Unusable(file + " cannot be read by user " + System.getProperty("user.name"));
    } catch (IOException e) {
      return new Seen.Unusable(file + " cannot be read: " + FileFault.of(e));
    } catch (InvalidPathException e) {
      return new Seen.Unusable("env-file " + LocaleNames.unwritable(path));
    }
  }

  private IdentityKey key() throws IOException {
    if (key == null) {
      key = keys.read(directory.identityKey());
    }
    return key;
  }
}
