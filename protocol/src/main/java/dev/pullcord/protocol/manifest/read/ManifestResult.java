package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import java.util.List;

/** What came of reading a manifest. */
public sealed interface ManifestResult {
  /**
   * It can be used.
   *
   * @param manifest the model
   */
  record Valid(Manifest manifest) implements ManifestResult {}

  /**
   * It cannot, and these are all the reasons that could be found.
   *
   * @param problems in the order of the file, at least one
   */
  record Invalid(List<ManifestProblem> problems) implements ManifestResult {
    /** Copies. */
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
