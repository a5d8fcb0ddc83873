package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.yaml.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code python}, and sees to it that its files are part of a release. */
final class PythonReader {
  private static final String BUNDLE = "python";

  private PythonReader() {}

  static @Nullable PythonSpec read(Section root) {
    return root.section("python").flatMap(PythonReader::python).orElse(null);
  }

  private static Optional<PythonSpec> python(Section python) {
    python.require("venv");
    Optional<String> venv = path(python, "venv");
    venv.filter(v -> v.endsWith("/"))
        .ifPresent(v ->
            python
                .problems()
                .add(
                    "PATH",
                    python.node("venv").orElseThrow(),
                    "\"%s\" is a directory; a requirements file is expected".formatted(v)));
    Optional<String> wheels = path(python, "wheels");
    python.finish();
    return venv.map(v -> new PythonSpec(v, wheels.map(PythonReader::plain).orElse(null)));
  }

  private static Optional<String> path(Section python, String key) {
    return python
        .text(key)
        .filter(
            path -> BundleReader.isInside(path, python.node(key).orElseThrow(), python.problems()));
  }

  private static String plain(String directory) {
    return directory.endsWith("/") ? directory.substring(0, directory.length() - 1) : directory;
  }

  /** The bundles with one more for those of python's files that are in none. */
  static Map<String, Bundle> with(@Nullable PythonSpec python, Map<String, Bundle> bundles) {
    if (python == null) {
      return bundles;
    }
    List<String> missing = new ArrayList<>();
    if (isIn(python.venv(), bundles).isEmpty()) {
      missing.add(python.venv());
    }
    String wheels = python.wheels();
    if (wheels != null && isIn(wheels + "/x", bundles).isEmpty()) {
      missing.add(wheels + "/");
    }
    if (missing.isEmpty()) {
      return bundles;
    }
    Bundle named = bundles.get(BUNDLE);
    if (named != null) {
      missing.addAll(0, named.paths()); // its own stay first: a target points to the first one
    }
    Map<String, Bundle> all = new LinkedHashMap<>(bundles);
    all.put(
        BUNDLE,
        named == null
            ? new Bundle(BUNDLE, missing, Bundle.OnChange.RESTART)
            : new Bundle(BUNDLE, missing, named.onChange(), named.target()));
    return all;
  }

  private static Optional<Bundle> isIn(String path, Map<String, Bundle> bundles) {
    return bundles.values().stream().filter(b -> b.covers(path)).findFirst();
  }
}
