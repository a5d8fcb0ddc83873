package dev.pullcord.protocol.manifest.read.kind;

import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.CommandsSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.CommandReader;
import dev.pullcord.protocol.manifest.read.Limits;
import dev.pullcord.protocol.yaml.Section;
import java.util.List;
import java.util.Optional;

/** Reads what only a worker of kind {@code command} has. */
public final class CommandsReader implements WorkReader {
  @Override
  public String kind() {
    return "command";
  }

  @Override
  public Class<Work.Scripted> work() {
    return Work.Scripted.class;
  }

  @Override
  public List<String> keys() {
    return List.of("start", "stop", "status");
  }

  @Override
  public List<String> required() {
    return keys();
  }

  @Override
  public boolean overlaps() {
    return false;
  }

  @Override
  public Optional<Work> read(Section worker) {
    Optional<CommandSpec> start = command(worker, "start");
    Optional<CommandSpec> stop = command(worker, "stop");
    Optional<CommandSpec> status = command(worker, "status");
    return start.isEmpty() || stop.isEmpty() || status.isEmpty()
        ? Optional.empty()
        : Optional.of(new Work.Scripted(new CommandsSpec(start.get(), stop.get(), status.get())));
  }

  private static Optional<CommandSpec> command(Section worker, String key) {
    return CommandReader.command(
        worker, key, Limits.COMMAND_TIMEOUT_MAX, Limits.WORKER_COMMAND_TIMEOUT);
  }

  /** One instance is all that such commands know of, and its processes are their own. */
  @Override
  public void fits(Section worker, WorkerSpec.Restart restart) {
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
