package dev.pullcord.agent.host.process;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What processes have in use below a directory, as {@code /proc} shows it: as their working
 * directory, program or root, open, or mapped.
 *
 * @param names entries directly below the directory
 * @param hidden pids that the agent's user may not look into
 * @param parents of all processes, by pid
 * @param sessions of all processes, by pid
 */
public record ProcessFiles(
    Set<String> names, Set<Long> hidden, Map<Long, Long> parents, Map<Long, Long> sessions) {
  private static final Path PROC = Path.of("/proc");
  private static final int SESSION = 3;
  private static final int READ_CHARS = 8 << 10;

  /** The kernel's own lines are shorter: it shows no path of more than a page. */
  private static final int LINE_CHARS_MAX = 64 << 10;

  /** Copies. */
  public ProcessFiles {
    names = Set.copyOf(names);
    hidden = Set.copyOf(hidden);
    parents = Map.copyOf(parents);
    sessions = Map.copyOf(sessions);
  }

  /** Looks into every process. */
  public static ProcessFiles below(Path directory) throws IOException {
    return below(PROC, directory);
  }

  static ProcessFiles below(Path proc, Path directory) throws IOException {
    Search look = new Search(directory.toRealPath() + "/");
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        look.into(process);
      }
    } catch (DirectoryIteratorException e) {
      throw Objects.requireNonNull(e.getCause());
    }
    return new ProcessFiles(look.names, look.hidden, look.parents, look.sessions);
  }

  /**
   * Whether a process that may not be looked into belongs to one: it is that one, of its session,
   * or started by it. Also when that one itself is not to be seen.
   */
  public boolean hides(long leader) {
    return !sessions.containsKey(leader) || hidden.stream().anyMatch(pid -> belongs(pid, leader));
  }

  /** Whether there is any that may not be looked into, or not even be seen. */
  public boolean hidesAny() {
    return !hidden.isEmpty() || !sessions.containsKey(1L);
  }

  private boolean belongs(long pid, long leader) {
    if (Objects.equals(sessions.get(pid), leader)) {
      return true;
    }
    Set<Long> seen = new HashSet<>();
    for (Long at = pid; at != null && seen.add(at); at = parents.get(at)) {
      if (at == leader) {
        return true;
      }
    }
    return false;
  }

  private static final class Search {
    private final String prefix;
    final Set<String> names = new HashSet<>();
    final Set<Long> hidden = new HashSet<>();
    final Map<Long, Long> parents = new HashMap<>();
    final Map<Long, Long> sessions = new HashMap<>();

    Search(String prefix) {
      this.prefix = prefix;
    }

    void into(Path process) {
      long pid = Long.parseLong(process.getFileName().toString());
      try {
        String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        // The second field is the program's name in parentheses and may itself hold parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        if (fields[0].equals("Z") || fields[0].equals("X")) {
          return;
        }
        parents.put(pid, Long.parseLong(fields[1]));
        sessions.put(pid, Long.parseLong(fields[SESSION]));
        for (String link : Set.of("cwd", "exe", "root")) {
          link(process.resolve(link));
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
          for (Path link : open) {
            link(link);
          }
        }
        maps(process.resolve("maps"));
      } catch (NoSuchFileException e) {
        return; // it has just ended
      } catch (IOException | RuntimeException e) {
        hidden.add(pid);
      }
    }

    private void link(Path link) throws IOException {
      try {
        used(Files.readSymbolicLink(link).toString());
      } catch (NoSuchFileException | NotLinkException | InvalidPathException e) {
        // A kernel's thread has no program; an open file may have been closed meanwhile.
      }
    }

    /** A program may have mapped so many pieces that their list fills the heap: by the line. */
    private void maps(Path maps) throws IOException {
      StringBuilder line = new StringBuilder();
      char[] some = new char[READ_CHARS];
      try (Reader reader =
          new InputStreamReader(Files.newInputStream(maps), StandardCharsets.UTF_8)) {
        for (int read = reader.read(some); read >= 0; read = reader.read(some)) {
          for (int i = 0; i < read; i++) {
            if (some[i] == '\n') {
              mapped(line.toString());
              line.setLength(0);
            } else if (line.length() < LINE_CHARS_MAX) {
              line.append(some[i]);
            }
          }
        }
      }
      mapped(line.toString());
    }

    private void mapped(String line) {
      for (int at = 0; (at = line.indexOf(prefix, at)) >= 0; at += prefix.length()) {
        used(line.substring(at));
      }
    }

    private void used(String path) {
      if (path.startsWith(prefix)) {
        String rest = path.substring(prefix.length());
        int end = rest.indexOf('/');
        names.add((end < 0 ? rest : rest.substring(0, end)).replace(" (deleted)", ""));
      }
    }
  }
}
