package dev.pullcord.protocol.identity;

import dev.pullcord.protocol.manifest.PythonSpec;
import java.util.Collection;
import java.util.List;

/** Hashes what a Python environment is built from. The node's own Python is not part of it. */
public final class VenvInputs {
  private VenvInputs() {}

  /**
   * The hash of the requirements file and the wheels: 64 hex digits.
   *
   * @param files of the release, in whatever order they come
   */
  public static String hash(PythonSpec python, Collection<ReleaseFile> files) {
    List<ReleaseFile> own = files.stream().filter(f -> uses(python, f.path())).sorted().toList();
    String wheels = python.wheels();
    LengthPrefixedHash hash = new LengthPrefixedHash().text("pullcord-venv-1").text(python.venv());
    hash.text(wheels == null ? "" : wheels).number(own.size());
    own.forEach(f -> hash.text(f.path()).text(f.objectId()));
    return hash.hex();
  }

  private static boolean uses(PythonSpec python, String path) {
    String wheels = python.wheels();
    return path.equals(python.venv()) || (wheels != null && path.startsWith(wheels + "/"));
  }
}
