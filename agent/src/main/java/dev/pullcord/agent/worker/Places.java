package dev.pullcord.agent.worker;

import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place of workers, and of what is run for them, on this node.
 *
 * @param directory of the agent
 * @param node its name
 * @param envFiles what the node gives them
 * @param journal says which release needs which Python environment
 * @param rights as whom they run
 */
public record Places(
    StateDirectory directory, NodeName node, EnvFiles envFiles, Journal journal, Rights rights) {
  /** Of a generation: for its own environment and for its health command's. */
  public Surroundings of(Generation generation, WorkerSpec spec, String ref) {
    return new Surroundings(
        node,
        ref,
        generation.commit(),
        directory.release(generation.release()),
        new GenerationFiles(directory, generation.number()).link(),
        generation.number(),
        envFiles.variables(spec),
        venv(generation.release()),
        owner(generation.worker()));
  }

  /** Of what is run for a worker in a staged release, before there is a generation. */
  public Surroundings staged(String release, CommitId commit, String ref) {
    Path place = directory.release(release);
    return new Surroundings(
        node,
        ref,
        commit,
        place,
        place,
        null,
        Private.NONE,
        venv(release),
        Surroundings.Owner.NODE);
  }

  /** The same for one worker. */
  public Surroundings staged(Surroundings staged, WorkerSpec spec) {
    return staged.with(envFiles.variables(spec), owner(spec.name()));
  }

  private Surroundings.Owner owner(String worker) {
    return new Surroundings.Owner(rights.named(worker), rights.kept(directory, worker));
  }

  /** Why a worker cannot be started in a release, on this node; empty when it can. */
  Optional<String> problem(String release, WorkerSpec spec) {
    Path venv = venv(release);
    return venv == null || Files.isDirectory(venv)
        ? envFiles.problem(spec)
        : Optional.of(
            "worker %s: its venv %s is gone; it is made again".formatted(spec.name(), venv));
  }

  private @Nullable Path venv(String release) {
    return Optional.ofNullable(journal.history().releases().get(release))
        .flatMap(known -> Optional.ofNullable(known.preparation().venv()))
        .map(directory::venv)
        .orElse(null);
  }
}
