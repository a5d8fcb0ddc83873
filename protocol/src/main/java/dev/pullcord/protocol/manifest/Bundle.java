package dev.pullcord.protocol.manifest;

import java.util.List;

/**
 * A named set of path prefixes that decides what a change to them causes.
 *
 * @param name as in the manifest
 * @param paths repository paths: {@code search/} is a directory, {@code search} a directory or a
 *     file; never absolute, without {@code ..}
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

  /**
   * The length of the longest own path that covers this one, or -1. A path with a trailing slash
   * covers what is below that directory; one without covers the file of that name, or what is below
   * the directory of that name. The slash does not count.
   */
  public int longestPrefix(String path) {
    return paths.stream()
        .filter(p -> covers(p, path))
        .mapToInt(p -> p.endsWith("/") ? p.length() - 1 : p.length())
        .max()
        .orElse(-1);
  }

  private static boolean covers(String own, String path) {
    return own.endsWith("/")
        ? path.startsWith(own)
        : path.startsWith(own)
            && (path.length() == own.length() || path.charAt(own.length()) == '/');
  }
}
