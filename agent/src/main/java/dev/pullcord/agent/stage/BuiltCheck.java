package dev.pullcord.agent.stage;

import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.stage.tree.Differences;
import dev.pullcord.agent.stage.tree.SealedTree;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.util.List;

/**
 * Compares what was built for a release with what is there now: what its {@code prepare} commands
 * have made, and its Python environment. Names, sizes and times are compared, not contents.
 */
public final class BuiltCheck {
  private final StateDirectory directory;
  private final Venvs venvs;

  /** Of releases in that directory. */
  public BuiltCheck(StateDirectory directory, Venvs venvs) {
    this.directory = directory;
    this.venvs = venvs;
  }

  /** How it differs. Of a release that never ran, only what was finished is looked at. */
  public Differences of(Release release) {
    Preparation preparation = release.preparation();
    SealedTree build = SealedTree.buildOf(directory.release(release.name()));
    String venv = preparation.venv();
    try {
      boolean built = !preparation.commands().isEmpty() && (release.used() || build.sealed());
      boolean made = venv != null && (release.used() || venvs.made(venv));
      Differences found = built ? build.damage(".pullcord/build") : Differences.NONE;
      return found.or(made && venv != null ? venvs.damage(venv) : Differences.NONE);
    } catch (IOException e) {
      return new Differences(1, List.of("it cannot be read: " + FileFault.of(e)));
    }
  }
}
