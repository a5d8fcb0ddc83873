package dev.pullcord.protocol.manifest.read.kind;

import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.read.CommandReader;
import dev.pullcord.protocol.yaml.Section;
import java.util.List;
import java.util.Optional;

/** Reads what only a worker of kind {@code process} has. */
public final class ProcessReader implements WorkReader {
  @Override
  public String kind() {
    return "process";
  }

  @Override
  public Class<Work.Process> work() {
    return Work.Process.class;
  }

  @Override
  public List<String> keys() {
    return List.of("run", "standby");
  }

  @Override
  public List<String> required() {
    return List.of("run");
  }

  @Override
  public Optional<Work> read(Section worker) {
    boolean standby = worker.flag("standby").orElse(false);
    return CommandReader.argv(worker, "run").map(run -> new Work.Process(run, standby));
  }

  @Override
  public boolean hasDrainHook() {
    return true;
  }
}
