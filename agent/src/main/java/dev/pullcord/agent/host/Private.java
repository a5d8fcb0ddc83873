package dev.pullcord.agent.host;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Variables whose values are shown nowhere.
 *
 * @param values by name
 */
public record Private(Map<String, String> values) {
  /** None. */
  public static final Private NONE = new Private(Map.of());

  /** Copies, in their order. */
  public Private {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** How many there are: what is private must not come into a log by way of a record. */
  @Override
  public String toString() {
    return values.size() + " private variables";
  }
}
