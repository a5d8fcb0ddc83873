package dev.pullcord.agent.host;

import dev.pullcord.protocol.id.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

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

  /** The name that these bytes are in the agent's locale; empty where they are none there. */
  public static Optional<String> ofBytes(byte[] bytes) {
    try {
      return Optional.of(
          Charset.forName(System.getProperty("sun.jnu.encoding"))
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return Optional.empty();
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
