package dev.pullcord.server.alert;

import dev.pullcord.protocol.id.LabelSelector;
import dev.pullcord.protocol.manifest.node.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of what.
 *
 * @param receivers by name
 * @param events what they are told of
 * @param refs patterns of branches, a star for any text; empty for all
 * @param selector nodes by label
 * @param quiet hours in which nothing is told; null for none
 * @param offlineAfter a node is told of when it is offline for so long
 * @param drainAfter and one that drains for so long, where its manifest says nothing of that
 */
public record AlertRule(
    List<String> receivers,
    Set<AlertEvent> events,
    List<String> refs,
    LabelSelector selector,
    @Nullable Window quiet,
    Duration offlineAfter,
    Duration drainAfter) {
  static final Duration OFFLINE_AFTER = Duration.ofMinutes(5);

  /** What {@code drain-after} is where a rule has none. */
  public static final Duration DRAIN_AFTER = Duration.ofHours(24);

  /** A failure that mends itself within this time is told to nobody. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  /** Copies. */
  public AlertRule {
    receivers = List.copyOf(receivers);
    events = Set.copyOf(events);
    refs = List.copyOf(refs);
  }

  /** Whether it is about that, at any time. */
  boolean matches(AlertCondition condition) {
    boolean itsNodes =
        condition.labels().isEmpty() || condition.labels().stream().anyMatch(selector::matches);
    return events.contains(condition.event()) && itsNodes && ofRef(condition.ref());
  }

  private boolean ofRef(@Nullable String ref) {
    return ref == null || refs.isEmpty() || refs.stream().anyMatch(p -> glob(p, ref));
  }

  private static boolean glob(String pattern, String ref) {
    String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    return ref.matches(expression);
  }

  /** Whether it has lasted long enough to be told. */
  boolean due(AlertCondition condition, Instant now) {
    Duration patience =
        switch (condition.event()) {
          case NODE_OFFLINE -> offlineAfter;
          case DRAIN_LONG -> Objects.requireNonNullElse(condition.patience(), drainAfter);
          case NODE_FAILED, DEPLOYMENT_INCOMPLETE -> SETTLING;
          case DEPLOYMENT_CONVERGED, PIN_EXPIRING, MIRROR_STALE, COMMIT_REFUSED, DISK_FULL ->
              Duration.ZERO;
        };
    Duration lasted = Duration.between(condition.since(), now);
    return condition.opens() && lasted.compareTo(patience) >= 0;
  }

  boolean quietAt(Instant now) {
    return quiet != null && quiet.isOpen(now);
  }
}
