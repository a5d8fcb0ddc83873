package dev.pullcord.agent.journal;

import dev.pullcord.protocol.manifest.WorkerIdentity;
import dev.pullcord.protocol.manifest.WorkerSpec;

/**
 * A worker with the identity that a commit gives it. Kept in the journal, so that going back, or
 * starting again what died, never needs the source.
 *
 * @param spec how it is run and known to be well
 * @param identity of it with the files of the commit's restart bundles, 64 hex digits
 */
public record WorkerDefinition(WorkerSpec spec, String identity) {
  /** With the identity as the protocol has it. */
  public WorkerDefinition(WorkerSpec spec, WorkerIdentity identity) {
    this(spec, identity.value());
  }
}
