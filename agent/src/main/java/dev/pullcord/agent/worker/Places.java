package dev.pullcord.agent.worker;

import dev.pullcord.agent.envfile.EnvFiles;
import dev.pullcord.agent.host.Private;
import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.GenerationFiles;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.nio.file.Path;

/**
 * Where workers, and what is run for them, live on this node.
 *
 * @param directory of the agent
 * @param node its name
 * @param envFiles what the node gives them
 */
public record Places(StateDirectory directory, NodeName node, EnvFiles envFiles) {
  /** Of a generation: for its own environment and for its health command's. */
  public Surroundings of(Generation generation, WorkerSpec spec, String ref) {
    return new Surroundings(
        node,
        ref,
        generation.commit(),
        directory.release(generation.release()),
        new GenerationFiles(directory, generation.number()).link(),
        generation.number(),
        envFiles.variables(spec));
  }

  /** Of what is run for a worker in a staged release, before there is a generation. */
  public Surroundings staged(String release, CommitId commit, String ref) {
    Path place = directory.release(release);
    return new Surroundings(node, ref, commit, place, place, null, Private.NONE);
  }
}
