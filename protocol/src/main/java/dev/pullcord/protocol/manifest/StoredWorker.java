package dev.pullcord.protocol.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker as journals and releases keep it: flat, with the parts of every kind side by side. */
record StoredWorker(
    String name,
    String kind,
    List<String> run,
    @Nullable CelerySpec celery,
    Map<String, String> env,
    @Nullable String envFile,
    WorkerSpec.Restart restart,
    @Nullable HealthSpec health,
    @Nullable DrainSpec drain,
    WorkerSpec.@Nullable Runner runner,
    @Nullable CommandsSpec commands,
    @Nullable List<String> replaces) {

  static StoredWorker of(WorkerSpec spec) {
    Work.Stored work = spec.work().stored();
    return new StoredWorker(
        spec.name(),
        work.kind(),
        work.run(),
        work.celery(),
        spec.env(),
        spec.envFile(),
        spec.restart(),
        spec.health(),
        spec.drain(),
        spec.runner(),
        work.commands(),
        work.replaces());
  }

  /** An older one has no {@code replaces}. */
  WorkerSpec worker() {
    List<String> units = replaces == null ? List.of() : replaces;
    Work work = new Work.Stored(kind, run, celery, commands, units).work();
    return new WorkerSpec(name, work, env, envFile, restart, health, drain, runner);
  }
}
