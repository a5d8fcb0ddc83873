package dev.pullcord.protocol.manifest;

import java.util.List;

/**
 * A named set of path prefixes that decides what a change to them causes.
 *
 * @param name as in the manifest
 * @param paths repository paths: a directory with a trailing slash, or a file
 * @param onChange what a change does
 */
public record Bundle(String name, List<String> paths, OnChange onChange) {
  /** Copies. */
  public Bundle {
    paths = List.copyOf(paths);
  }

  /** What a change of the bundle does. */
  public enum OnChange {
    /** The workers go on and see the new files through their link. */
    NOTHING,
    /** The workers are restarted. */
    RESTART
  }

  /** The length of the longest own prefix that covers the path, or -1. */
  public int longestPrefix(String path) {
    return paths.stream()
        .filter(p -> p.endsWith("/") ? path.startsWith(p) : path.equals(p))
        .mapToInt(String::length)
        .max()
        .orElse(-1);
  }
}
