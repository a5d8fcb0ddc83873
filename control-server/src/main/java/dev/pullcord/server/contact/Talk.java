package dev.pullcord.server.contact;

import dev.pullcord.protocol.contact.AgentInstance;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.server.store.NodeContact.Speaker;
import org.jspecify.annotations.Nullable;

/**
 * What a request of an agent says of itself in its headers. An agent of the version before says
 * nothing.
 *
 * @param speaker which start of which host
 * @param seen the decision that stands there
 */
public record Talk(@Nullable Speaker speaker, @Nullable SeenDecision seen) {
  /** Of an agent of the version before. */
  public static final Talk NOTHING = new Talk(null, null);

  /**
   * From the headers, as far as they can be read.
   *
   * @param address the other end of the connection
   */
  public static Talk of(@Nullable String agent, @Nullable String seen, String address) {
    return new Talk(
        agent == null
            ? null
            : AgentInstance.parse(agent)
                .map(a -> new Speaker(a.start(), a.host(), address, a.boot(), a.machine()))
                .orElse(null),
        seen == null ? null : SeenDecision.parse(seen).orElse(null));
  }
}
