package dev.pullcord.server.peers;

import dev.pullcord.protocol.id.Quoted;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server of this store.
 *
 * @param people the address of its people's port; null where that is not known
 * @param agents the address of its agents' port
 * @param active whether it does the work; the others wait for their turn
 * @param lastSeen when it last said that it is there
 */
public record KnownServer(
    @Nullable String people, String agents, boolean active, Instant lastSeen) {
  private static final Pattern ADDRESS = Pattern.compile("https?://[^/?#@\\s\\p{Cntrl}]{1,290}");

  /** Refuses what is no address with an {@link IllegalArgumentException}. */
  public KnownServer {
    if (!agents.startsWith("https:") || !ADDRESS.matcher(agents).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(agents) + " is no address of agents: https://HOST:8421 expected");
    }
    if (people != null && !ADDRESS.matcher(people).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(people) + " is no address of people: https://HOST:8420 expected");
    }
  }
}
