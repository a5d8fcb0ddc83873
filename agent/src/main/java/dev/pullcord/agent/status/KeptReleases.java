package dev.pullcord.agent.status;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says how many releases a node keeps, how large they are together, and why they are kept. */
public final class KeptReleases {
  private static final int REASONS_SHOWN = 6;

  private KeptReleases() {}

  /**
   * {@code 3 kept, 12.0 MiB, oldest 000001-3f2a91c0d1e2 from 2h ago: 1 active, 2 keep-for 2d}.
   *
   * @param state the state directory
   * @return empty where nothing was noted yet, or this user may not read it
   */
  public static Optional<String> text(Path state, Instant now) {
    try {
      Map<String, String> kept =
          new TreeMap<>(
              PullcordJson.wire()
                  .readValue(
                      Files.readAllBytes(state.resolve("releases.kept")),
                      new TypeReference<Map<String, String>>() {}));
      if (kept.isEmpty()) {
        return Optional.empty();
      }
      Path releases = state.resolve("releases");
      String oldest = kept.keySet().iterator().next();
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d kept, %s, oldest %s%s: %s",
              kept.size(),
              Sizes.mebibytes(bytes(releases)),
              oldest,
              age(releases.resolve(oldest), now),
              because(kept)));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static String age(Path release, Instant now) throws IOException {
    if (!Files.isDirectory(release, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    Instant made = Files.getLastModifiedTime(release).toInstant();
    return " from " + Durations.human(Duration.between(made, now)) + " ago";
  }

  private static String because(Map<String, String> kept) {
    Map<String, Long> reasons =
        kept.values().stream().collect(Collectors.groupingBy(why -> why, Collectors.counting()));
    List<String> most =
        reasons.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .map(reason -> reason.getValue() + " " + reason.getKey())
            .toList();
    int more = most.size() - REASONS_SHOWN;
    return String.join(", ", most.subList(0, Math.min(most.size(), REASONS_SHOWN)))
        + (more > 0 ? " and " + more + " more reasons" : "");
  }

  /** A file that several releases share counts once. */
  private static long bytes(Path releases) throws IOException {
    Set<Object> seen = new HashSet<>();
    long bytes = 0;
    try (Stream<Path> files = Files.walk(releases)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Map<String, Object> about =
            Files.readAttributes(file, "unix:ino,size", LinkOption.NOFOLLOW_LINKS);
        if (seen.add(about.getOrDefault("ino", file)) && about.get("size") instanceof Long size) {
          bytes += size;
        }
      }
    }
    return bytes;
  }
}
