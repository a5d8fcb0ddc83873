package dev.pullcord.server.alert;

import dev.pullcord.server.alert.receiver.ReceiverKind.ReceiverSettings;
import dev.pullcord.server.alert.status.StatusSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code alerts} and {@code upstream.status} of {@code server.yaml}: all who are told.
 *
 * @param receivers by name, in their order there
 * @param rules who is told of what
 * @param status the git host that is told how commits are; null for none
 */
public record AlertSettings(
    Map<String, ReceiverSettings> receivers,
    List<AlertRule> rules,
    @Nullable StatusSettings status) {
  /** Nobody is told. */
  public static final AlertSettings NONE = new AlertSettings(Map.of(), List.of(), null);

  /** Copies. */
  public AlertSettings {
    receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
    rules = List.copyOf(rules);
  }

  /** The same with that git host. */
  public AlertSettings with(StatusSettings host) {
    return new AlertSettings(receivers, rules, host);
  }
}
