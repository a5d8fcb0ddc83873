package dev.pullcord.agent.source.tree;

import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which bundle a path belongs to: what {@link Manifest#bundleOf} says, prepared for a tree of many
 * thousand entries.
 */
final class BundlePaths {
  private final List<Owned> longestFirst;

  BundlePaths(Manifest manifest) {
    this.longestFirst =
        manifest.bundles().values().stream()
            .flatMap(bundle -> bundle.paths().stream().map(path -> new Owned(path, bundle)))
            .sorted(Comparator.comparingInt((Owned o) -> o.path().length()).reversed())
            .toList();
  }

  private record Owned(String path, Bundle bundle) {
    boolean isDirectory() {
      return path.endsWith("/");
    }
  }

  /** The bundle of a file; null when it belongs to none. */
  @Nullable Bundle owner(String file) {
    for (Owned owned : longestFirst) {
      if (owned.isDirectory() ? file.startsWith(owned.path()) : file.equals(owned.path())) {
        return owned.bundle();
      }
    }
    return null;
  }

  /** Whether a file below this directory could belong to a bundle. */
  boolean reachInto(String directory) {
    String path = directory + "/";
    for (Owned owned : longestFirst) {
      if (owned.path().startsWith(path) || (owned.isDirectory() && path.startsWith(owned.path()))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a bundle has something below this path, which therefore has to be a directory. */
  boolean standBelow(String path) {
    for (Owned owned : longestFirst) {
      if (owned.path().length() > path.length()
          && owned.path().startsWith(path)
          && owned.path().charAt(path.length()) == '/') {
        return true;
      }
    }
    return false;
  }
}
