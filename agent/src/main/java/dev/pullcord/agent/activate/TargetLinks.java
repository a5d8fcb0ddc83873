package dev.pullcord.agent.activate;

import dev.pullcord.agent.host.LocaleNames;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.id.Quoted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links elsewhere on the host that point through {@code current} into the active release: the
 * manifest's {@code bundles.*.target}. They are written down before they are made, so that they can
 * be taken away again after a kill, and by {@code leave}.
 *
 * <p>A switch makes what the new release asks for. What nothing asks for any more goes when a pass
 * has come to its end, so that a node that goes back finds its links as they were.
 */
public final class TargetLinks {
  private static final Logger LOG = LoggerFactory.getLogger(TargetLinks.class);
  private static final char NOT_UTF8 = '\uFFFD';

  private final Path current;
  private final Path noted;

  /** Of that directory. */
  public TargetLinks(StateDirectory directory) {
    this.current = directory.current();
    this.noted = directory.targets();
  }

  /**
   * What keeps links from being made; changes nothing.
   *
   * @param links by where they are to be: the path in the release
   */
  public Optional<String> problem(Map<String, String> links) {
    return links.entrySet().stream()
        .flatMap(link -> problem(link.getKey(), link.getValue()).stream())
        .findFirst();
  }

  private Optional<String> problem(String link, String path) {
    try {
      return at(link).problem(text(path));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Makes what is missing, and repoints what is ours.
   *
   * @return a line for each that was made or repointed
   * @throws IOException with the first problem; the others are made all the same
   */
  public List<String> place(Map<String, String> links) throws IOException {
    List<String> done = new ArrayList<>();
    IOException first = null;
    remember(links.keySet());
    for (Map.Entry<String, String> link : links.entrySet()) {
      try {
        if (at(link.getKey()).point(text(link.getValue()))) {
          done.add(link.getKey() + " -> current/" + link.getValue());
        }
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return done;
  }

  /** Puts them right: these and no others. The first problem, where there is one. */
  public Optional<String> settle(Map<String, String> wanted) {
    try {
      Set<String> others = new LinkedHashSet<>(noted());
      if (others.isEmpty() && wanted.isEmpty()) {
        return Optional.empty();
      }
      others.removeAll(wanted.keySet());
      List<String> problems = new ArrayList<>(remove(others));
      if (!problems.isEmpty()) {
        place(wanted);
        return Optional.of(problems.getFirst());
      }
      if (!others.isEmpty()) {
        write(wanted.keySet());
      }
      place(wanted);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Takes all of them away, for good; what could not be. */
  public List<String> removeAll() throws IOException {
    return remove(noted());
  }

  private List<String> remove(Collection<String> links) {
    List<String> problems = new ArrayList<>();
    for (String link : links) {
      try {
        at(link).remove();
      } catch (IOException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return problems;
  }

  private void remember(Set<String> links) throws IOException {
    Set<String> all = new LinkedHashSet<>(noted());
    if (all.addAll(links)) {
      write(all);
    }
  }

  private void write(Collection<String> links) throws IOException {
    AtomicFiles.write(noted, String.join("\n", links));
  }

  private List<String> noted() throws IOException {
    try {
      String text = new String(Files.readAllBytes(noted), StandardCharsets.UTF_8);
      List<String> all = Arrays.stream(text.split("\n")).filter(line -> !line.isEmpty()).toList();
      List<String> sound = all.stream().filter(this::isPlace).toList();
      if (sound.size() < all.size()) {
        repair(sound);
      }
      return sound;
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Without the damage it can be read all the same, so a disk that is full changes nothing. */
  private void repair(List<String> sound) {
    try {
      write(sound);
    } catch (IOException e) {
      LOG.warn("{} could not be written without its damage: {}", noted, FileFault.of(e));
    }
  }

  /**
   * A line that no place can have is damage: it is named once, and left out from then on. One that
   * only this locale cannot write is kept: its link is there.
   */
  boolean isPlace(String line) {
    if (line.startsWith("/") && line.indexOf('\0') < 0 && line.indexOf(NOT_UTF8) < 0) {
      return true;
    }
    LOG.warn("{} is damaged: left out {}", noted, Quoted.of(line));
    return false;
  }

  private TargetPlace at(String link) throws IOException {
    return new TargetPlace(path(link), current);
  }

  private Path text(String path) throws IOException {
    return current.resolve(path(path));
  }

  private static Path path(String name) throws IOException {
    try {
      return LocaleNames.path(name);
    } catch (IOException e) {
      throw new IOException("target " + e.getMessage(), e);
    }
  }
}
