package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.yaml.Section;
import java.util.Optional;

/** Reads what only a worker of kind {@code command} has. */
final class CommandsReader {
  private CommandsReader() {}

  /** Reads the keys, in every kind of worker, so that one at the wrong worker is refused. */
  static Optional<CommandsSpec> read(Section worker) {
    Optional<CommandSpec> start = command(worker, "start");
    Optional<CommandSpec> stop = command(worker, "stop");
    Optional<CommandSpec> status = command(worker, "status");
    return start.isEmpty() || stop.isEmpty() || status.isEmpty()
        ? Optional.empty()
        : Optional.of(new CommandsSpec(start.get(), stop.get(), status.get()));
  }

  private static Optional<CommandSpec> command(Section worker, String key) {
    return CommandReader.command(
        worker, key, Limits.COMMAND_TIMEOUT_MAX, Limits.WORKER_COMMAND_TIMEOUT);
  }

  /** One instance is all that such commands know of, and its processes are their own. */
  static void fits(Section worker, WorkerSpec.Restart restart) {
    worker
        .entry("runner")
        .ifPresent(e ->
            worker
                .problems()
                .add(
                    "VALUE",
                    e.position(),
                    e.path(),
                    "runner is not for kind: command, whose processes its own commands hold;"
                        + " take it out"));
    worker
        .node("restart")
        .filter(_ -> restart == WorkerSpec.Restart.OVERLAP)
        .ifPresent(node ->
            worker
                .problems()
                .add(
                    "VALUE",
                    node,
                    "overlap is not for kind: command, whose commands know one instance;"
                        + " say stop-start, or take restart out"));
  }
}
