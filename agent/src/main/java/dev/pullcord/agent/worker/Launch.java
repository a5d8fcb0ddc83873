package dev.pullcord.agent.worker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a newcomer is started.
 *
 * @param run its argument list; the program is looked up in its release first, then on PATH
 * @param environment all of it
 */
public record Launch(List<String> run, Map<String, String> environment) {
  /** Copies; the order of the environment is kept. */
  public Launch {
    run = List.copyOf(run);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
  }
}
