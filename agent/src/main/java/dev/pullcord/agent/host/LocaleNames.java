package dev.pullcord.agent.host;

import dev.pullcord.protocol.id.Quoted;

/** Names that cannot be names of files in the locale that the agent was started in. */
public final class LocaleNames {
  private LocaleNames() {}

  /** What is to be said of such a name, and what to do. */
  public static String unwritable(String name) {
    return Quoted.of(name)
        + " cannot be the name of a file in this agent's locale, "
        + System.getProperty("sun.jnu.encoding")
        + "; start the agent with LC_ALL=C.UTF-8";
  }
}
