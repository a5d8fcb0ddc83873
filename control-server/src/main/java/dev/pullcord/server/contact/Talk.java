package dev.pullcord.server.contact;

import dev.pullcord.protocol.contact.AgentInstance;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.contact.SenderClock;
import dev.pullcord.server.store.NodeContact.Speaker;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a request of an agent says of itself in its headers. An agent of the version before says
 * nothing.
 *
 * @param speaker which start of which host
 * @param seen the decision that stands there
 * @param clock what the agent's clock showed
 */
public record Talk(
    @Nullable Speaker speaker, @Nullable SeenDecision seen, @Nullable Instant clock) {
  /** What requests take on their way is no difference of clocks. */
  private static final long APART_SECONDS = 60;

  /** A difference that stays is not measured anew at each request. */
  private static final long MOVED_SECONDS = 30;

  /** Of an agent of the version before. */
  public static final Talk NOTHING = new Talk(null, null, null);

  /**
   * From the headers, as far as they can be read.
   *
   * @param header the value of the header of that name
   * @param address the other end of the connection
   */
  public static Talk of(Function<String, @Nullable String> header, String address) {
    String agent = header.apply(AgentInstance.HEADER);
    String seen = header.apply(SeenDecision.HEADER);
    return new Talk(
        agent == null
            ? null
            : AgentInstance.parse(agent)
                .map(a -> new Speaker(a.start(), a.host(), address, a.boot(), a.machine()))
                .orElse(null),
        seen == null ? null : SeenDecision.parse(seen).orElse(null),
        SenderClock.parse(header.apply(SenderClock.HEADER)).orElse(null));
  }

  /**
   * By how many seconds the agent's clock is ahead of ours, negative when it is behind.
   *
   * @param known what was found before; it stays while that is still about right
   * @param now our clock
   * @return null while they are not much apart
   */
  @Nullable Long clockAhead(@Nullable Long known, Instant now) {
    if (clock == null) {
      return known;
    }
    long measured = Duration.between(now, clock).toSeconds();
    if (Math.abs(measured) <= APART_SECONDS) {
      return null;
    }
    return known != null && Math.abs(measured - known) <= MOVED_SECONDS ? known : measured;
  }
}
