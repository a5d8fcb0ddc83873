package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.rights.Builds;
import dev.pullcord.agent.rights.runner.RefusedBuild;
import dev.pullcord.agent.stage.StagedCommands;
import dev.pullcord.agent.stage.Venvs;
import dev.pullcord.agent.stage.tree.SealedTree;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.util.Map;

/** Builds what a staged release needs before it is checked: its Python environment, its build. */
public final class PrepareRelease {
  private final Venvs venvs;
  private final StagedCommands commands;
  private final Builds builds;

  /** With these. */
  public PrepareRelease(Venvs venvs, StagedCommands commands, Builds builds) {
    this.venvs = venvs;
    this.commands = commands;
    this.builds = builds;
  }

  /** Builds whatever is not there yet. */
  StepResult in(Surroundings staged, StepScope scope) {
    StepResult venv = StepResult.guarded(() -> venv(staged, scope));
    return venv.succeeded() ? StepResult.guarded(() -> build(staged, scope)) : venv;
  }

  private StepResult venv(Surroundings staged, StepScope scope) throws IOException {
    PythonSpec python = scope.snapshot().manifest().python();
    String key = scope.goal().preparation().venv();
    if (python == null || key == null || venvs.made(key)) {
      return StepResult.ok("");
    }
    String subject = "venv " + python.venv();
    scope.show("preparing " + scope.commit() + ": " + subject);
    return scope.measure(
        StepRecord.Kind.PREPARE, subject, () -> venvs.make(python, key, staged, scope::overtaken));
  }

  /** Once for a release; what a try before has left, whatever its end was, is built anew. */
  private StepResult build(Surroundings staged, StepScope scope) throws IOException {
    SealedTree build = SealedTree.buildOf(staged.release());
    if (!build.exists() || build.sealed()) {
      return StepResult.ok("");
    }
    builds.begin(build.path());
    Map<String, String> where = Map.of("PULLCORD_BUILD", build.path().toString());
    for (CommandSpec command : scope.goal().preparation().commands()) {
      String text = StagedCommands.text(command);
      scope.show("preparing " + scope.commit() + ": " + text);
      StepResult result =
          scope.measure(
              StepRecord.Kind.PREPARE,
              text,
              () -> commands.run(command, staged, where, scope::overtaken));
      if (!result.succeeded()) {
        builds.clear(build.path());
        return result;
      }
    }
    try {
      builds.adopt(build.path(), staged.release());
    } catch (RefusedBuild e) {
      builds.clear(build.path());
      return StepResult.releaseFault("prepare: " + e.getMessage(), null, "");
    }
    build.seal();
    return StepResult.ok("");
  }
}
