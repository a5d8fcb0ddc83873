package dev.pullcord.protocol.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named set of path prefixes that decides what a change to them causes.
 *
 * @param name as in the manifest
 * @param paths repository paths: {@code search/} is a directory, {@code search} a directory or a
 *     file; never absolute, without {@code ..}
 * @param onChange what a change does
 * @param target where a link on each node is to point to its one path; null for none
 */
public record Bundle(String name, List<String> paths, OnChange onChange, @Nullable String target) {
  /** Without a link. */
  public Bundle(String name, List<String> paths, OnChange onChange) {
    this(name, paths, onChange, null);
  }

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
   * Whether one of its paths covers this file. A path with a trailing slash covers what is below
   * that directory; one without covers the file of that name, or what is below the directory of
   * that name.
   */
  public boolean covers(String file) {
    return paths.stream().anyMatch(path -> covers(path, file));
  }

  private static boolean covers(String path, String file) {
    return path.endsWith("/")
        ? file.startsWith(path)
        : file.startsWith(path)
            && (file.length() == path.length() || file.charAt(path.length()) == '/');
  }
}
