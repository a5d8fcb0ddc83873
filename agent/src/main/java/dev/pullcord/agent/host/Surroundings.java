package dev.pullcord.agent.host;

import java.util.LinkedHashMap;
import java.util.Map;

/** What of the agent's own environment its commands and workers get to see, and nothing else. */
public final class Surroundings {
  private static final String[] INHERITED = {"PATH", "HOME", "LANG", "LC_ALL", "TZ"};
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private Surroundings() {}

  /** PATH, HOME, language and time zone; and no bytecode beside the sources of a release. */
  public static Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", DEFAULT_PATH);
    for (String name : INHERITED) {
      String value = System.getenv(name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    return environment;
  }
}
