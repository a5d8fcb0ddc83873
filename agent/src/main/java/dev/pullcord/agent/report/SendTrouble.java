package dev.pullcord.agent.report;

import dev.pullcord.agent.host.HostClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps the server from taking what it is sent. The log has one line when that lasts, and one
 * when it is over: a server may refuse all reports, and have its event stream open. Of a server
 * that answers nothing else either, the channel tells.
 */
public final class SendTrouble {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

  /** A short one is that of a server which begins again, and the channel tells of that. */
  static final Duration LASTS = Duration.ofSeconds(30);

  private final String what;
  private final HostClock clock;
  private final Supplier<@Nullable Instant> heard;
  private @Nullable String problem;
  private boolean failing;
  private long since;

  /** Looked at for whether it changes, and not how: the host's clock may be set meanwhile. */
  private @Nullable Instant heardBefore;

  private boolean said;

  /**
   * Before the first.
   *
   * @param what is sent, {@code reports}
   * @param heard when the server last answered anything
   */
  public SendTrouble(String what, HostClock clock, Supplier<@Nullable Instant> heard) {
    this.heard = heard;
    this.what = what;
    this.clock = clock;
  }

  /** One line for people; null while there is none. */
  public synchronized @Nullable String problem() {
    return problem;
  }

  /** It was not taken, and is sent again. */
  public synchronized void failed(String why) {
    if (!failing) {
      failing = true;
      since = clock.nanos();
      heardBefore = heard.get();
    }
    problem = "the server does not take " + what + ": " + why;
    if (!said
        && clock.nanos() - since >= LASTS.toNanos()
        && !Objects.equals(heard.get(), heardBefore)) {
      said = true;
      LOG.warn("SEND_REFUSED  {}; they are kept and sent again", problem);
    }
  }

  /** The newest of them will never be taken; the server does not know what it said. */
  public synchronized void dropped(String why) {
    failing = false;
    problem = "the server did not take the newest of the " + what + ": " + why;
  }

  /** The server has taken some. */
  public synchronized void taken() {
    failing = false;
    problem = null;
    if (said) {
      said = false;
      LOG.info("the server takes {} again", what);
    }
  }
}
