package dev.pullcord.protocol.manifest;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the workers' Python has besides its own modules.
 *
 * @param venv a requirements file of the release
 * @param wheels a directory of the release that everything is installed from, without a slash at
 *     its end; null: what the node's pip is set up for
 */
public record PythonSpec(String venv, @Nullable String wheels) {
  /**
   * What a venv is made of, as one hash: 64 hex digits. The node's own Python is not part of it.
   */
  public String inputs(Collection<WorkerIdentity.File> files) {
    List<WorkerIdentity.File> own = files.stream().filter(f -> has(f.path())).sorted().toList();
    WorkerIdentity.Encoder encoder =
        new WorkerIdentity.Encoder().text("pullcord-venv-1").text(venv);
    encoder.text(wheels == null ? "" : wheels).number(own.size());
    own.forEach(f -> encoder.text(f.path()).text(f.objectId()));
    return encoder.hash();
  }

  private boolean has(String path) {
    return path.equals(venv) || (wheels != null && path.startsWith(wheels + "/"));
  }
}
