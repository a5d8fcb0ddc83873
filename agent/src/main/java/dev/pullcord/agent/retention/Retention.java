package dev.pullcord.agent.retention;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.TaskTimes;
import dev.pullcord.agent.host.process.ProcessFiles;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says of each release why it is kept; what has no reason may go.
 *
 * <ul>
 *   <li>Always: the active one, the one to go back to, the one that a living generation was started
 *       in, and one that was just built.
 *   <li>While a living generation could read it. Of a worker that says which tasks it runs, those
 *       that were current when one of these tasks began. Of any other, for {@code keep-for} after
 *       it was last current, and while a process of it may not be looked into. Of both, for as long
 *       as {@code /proc} shows it in use, or cannot be read.
 *   <li>For {@code keep-for} after nobody could read it, and then at most the newest {@value
 *       #UNREAD_MAX}.
 * </ul>
 */
final class Retention {
  private static final int UNREAD_MAX = 100;
  private static final Duration BUILT_MIN = Duration.ofHours(1);

  private final AgentHistory history;
  private final Instant now;
  private final Duration keepFor;
  private final Function<Generation, Optional<TaskTimes>> tasks;
  private final Supplier<@Nullable ProcessFiles> processes;
  private final Map<Long, Optional<TaskTimes>> asked = new HashMap<>();
  private @Nullable ProcessFiles files;
  private boolean looked;

  /**
   * @param tasks of a generation; empty for one whose kind does not know
   * @param processes looks into them; null when that cannot be done
   */
  Retention(
      AgentHistory history,
      Instant now,
      Duration keepFor,
      Function<Generation, Optional<TaskTimes>> tasks,
      Supplier<@Nullable ProcessFiles> processes) {
    this.history = history;
    this.now = now;
    this.keepFor = keepFor;
    this.tasks = tasks;
    this.processes = processes;
  }

  /**
   * Why each release that is to stay stays, by name, oldest first.
   *
   * @param seen those that are not to be asked about, and why
   */
  Map<String, String> kept(Map<String, String> seen) {
    Map<String, String> kept = new HashMap<>();
    String recent = "keep-for " + Durations.format(keepFor);
    List<Release> unread =
        history.releases().values().stream()
            .filter(release -> {
              String why = Optional.ofNullable(why(release)).orElse(seen.get(release.name()));
              if (why != null) {
                kept.put(release.name(), why);
              }
              return why == null && isRecent(release);
            })
            .sorted(Comparator.comparing(Release::lastUsed).reversed())
            .limit(UNREAD_MAX)
            .toList();
    unread.forEach(release -> kept.put(release.name(), recent));
    Map<String, String> ordered = new LinkedHashMap<>();
    history.releases().keySet().stream()
        .filter(kept::containsKey)
        .forEach(name -> ordered.put(name, kept.getOrDefault(name, "")));
    return ordered;
  }

  private @Nullable String why(Release release) {
    if (release.name().equals(history.active())) {
      return "active";
    }
    if (history.appliedRelease().filter(release::equals).isPresent()) {
      return "to go back to";
    }
    for (Generation generation : history.generations().values()) {
      if (generation.release().equals(release.name())) {
        return "generation " + generation.number() + " runs in it";
      }
    }
    if (!release.used() && release.lastUsed().plus(BUILT_MIN).isAfter(now)) {
      return "just built";
    }
    for (Generation generation : history.generations().values()) {
      String why = generation.leases().contains(release.name()) ? read(release, generation) : null;
      if (why != null) {
        return why;
      }
    }
    return null;
  }

  private boolean isRecent(Release release) {
    return !release.lastUsed().plus(keepFor).isBefore(now);
  }

  private @Nullable String read(Release release, Generation generation) {
    String who = "generation " + generation.number();
    Optional<TaskTimes> times =
        asked.computeIfAbsent(generation.number(), n -> tasks.apply(generation));
    if (times.isPresent()) {
      Instant from = release.activeFrom() == null ? Instant.MIN : release.activeFrom();
      if (times.get().mayRead(from, release.lastUsed())) {
        return times.get().equals(TaskTimes.UNKNOWN)
            ? who + " does not say which tasks it runs"
            : "a task of " + who + " may have begun with it";
      }
    } else if (isRecent(release)) {
      return "keep-for " + Durations.format(keepFor) + ", " + who + " could read it";
    }
    ProcessFiles open = look();
    if (open == null) {
      return "/proc cannot be read";
    }
    if (open.names().contains(release.name())) {
      return "a process has files of it open";
    }
    ProcessId process = generation.process();
    boolean hidden = process == null ? open.hidesAny() : open.hides(process.pid());
    return times.isEmpty() && hidden
        ? who + " has processes that this user may not look into"
        : null;
  }

  private @Nullable ProcessFiles look() {
    if (!looked) {
      looked = true;
      files = processes.get();
    }
    return files;
  }
}
