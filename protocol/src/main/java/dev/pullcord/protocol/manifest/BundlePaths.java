package dev.pullcord.protocol.manifest;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bundle of a path: the one with the longest prefix of it. Prepared once for a manifest
 * of many thousand paths, and asked for a tree of many thousand entries.
 */
public final class BundlePaths {
  private final TreeMap<String, Bundle> byPath = new TreeMap<>();

  /** Of that manifest. */
  public BundlePaths(Manifest manifest) {
    for (Bundle bundle : manifest.bundles().values()) {
      bundle.paths().forEach(path -> byPath.putIfAbsent(path, bundle));
    }
  }

  /** The bundle of a file; null when it belongs to none. */
  public @Nullable Bundle owner(String file) {
    Bundle exact = file.endsWith("/") ? null : byPath.get(file);
    return exact != null ? exact : above(file);
  }

  /** Whether a file below this directory could belong to a bundle. */
  public boolean reachInto(String directory) {
    return begins(directory + "/") || above(directory + "/") != null;
  }

  /** Whether a bundle has something below this path, which therefore has to be a directory. */
  public boolean standBelow(String path) {
    return begins(path + "/");
  }

  /** The longest directory of a bundle that the path is in; a bundle may leave out its slash. */
  private @Nullable Bundle above(String path) {
    for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
      Bundle withSlash = byPath.get(path.substring(0, slash + 1));
      Bundle bundle = withSlash != null ? withSlash : byPath.get(path.substring(0, slash));
      if (bundle != null) {
        return bundle;
      }
    }
    return null;
  }

  private boolean begins(String prefix) {
    Map.Entry<String, Bundle> next = byPath.ceilingEntry(prefix);
    return next != null && next.getKey().startsWith(prefix);
  }
}
