package dev.pullcord.agent.host;

import dev.pullcord.protocol.id.Quoted;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Names that cannot be names of files in the locale that the agent was started in. */
public final class LocaleNames {
  private LocaleNames() {}

  /** The path of that name; an {@link IOException} says of a name that cannot be one. */
  public static Path path(String name) throws IOException {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new IOException(unwritable(name), e);
    }
  }

  /** What is to be said of such a name, and what to do. */
  public static String unwritable(String name) {
    return Quoted.of(name)
        + " cannot be the name of a file in this agent's locale, "
        + System.getProperty("sun.jnu.encoding")
        + "; start the agent with LC_ALL=C.UTF-8";
  }
}
