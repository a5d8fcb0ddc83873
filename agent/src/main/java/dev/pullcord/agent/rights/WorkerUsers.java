package dev.pullcord.agent.rights;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which workers the node's owner gives a user of their own, by {@code users} of {@code agent.yaml}.
 * Every other worker has the user of the template {@code pullcord-worker@.service}.
 *
 * @param byWorker the user of each of them
 */
public record WorkerUsers(Map<String, String> byWorker) {
  /** Nobody has one. */
  public static final WorkerUsers NONE = new WorkerUsers(Map.of());

  /** Of which a unit's name can be made. */
  private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,30}");

  /** Copies. */
  public WorkerUsers {
    byWorker = Map.copyOf(byWorker);
  }

  /** Whether a worker can have that user: one with a plain name, that is neither root nor ours. */
  public static boolean isUser(String name) {
    return USER.matcher(name).matches() && !name.equals("root") && !name.equals("pullcord");
  }

  /** The user of its own that a worker has; empty where it has none. */
  public Optional<String> of(String worker) {
    return Optional.ofNullable(byWorker.get(worker));
  }

  /** All of them. */
  public SortedSet<String> all() {
    return new TreeSet<>(byWorker.values());
  }

  /** For the first line of the log. */
  public String text() {
    return byWorker.isEmpty()
        ? ""
        : new TreeMap<>(byWorker)
            .entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" ", ", users ", ""));
  }
}
