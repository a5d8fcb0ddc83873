package dev.pullcord.server.standby;

import dev.pullcord.base.host.SystemdNotify;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.postgres.PostgresTurn;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that waits until it has the store. Meanwhile it answers on both ports; a database that
 * is away does not end it.
 */
public final class Standby {
  private static final Logger LOG = LoggerFactory.getLogger(Standby.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final PostgresTurn turn;
  private final Ports ports;
  private final Forwarding forwarding;
  private final Runnable waits;
  private final Runnable meanwhile;
  private String trouble = "";

  /** Both ports of this server. */
  @FunctionalInterface
  public interface Ports {
    /** Begins to answer on them; what is returned ends it. */
    Closeable open(Handler answers) throws IOException;
  }

  /**
   * A standby that does not wait yet.
   *
   * @param forwarding answers people in the name of the active one
   * @param waits is run when it answers and has to wait
   * @param meanwhile is run again and again while it waits, and last when it has the store
   */
  public Standby(
      PostgresTurn turn, Ports ports, Forwarding forwarding, Runnable waits, Runnable meanwhile) {
    this.forwarding = forwarding;
    this.meanwhile = meanwhile;
    this.turn = turn;
    this.ports = ports;
    this.waits = waits;
  }

  /** Returns when this server has the store; at once, without an answer, when nobody has it. */
  public Store take() throws IOException {
    Optional<Store> now = turn.take();
    if (now.isPresent()) {
      return now.get();
    }
    try (Closeable _ = ports.open(new StandbyAnswers(turn::holder, forwarding))) {
      LOG.info("standby: the store is with {}", turn.holder().name());
      waits.run();
      while (now.isEmpty()) {
        SystemdNotify.alive(LOG::warn);
        meanwhile.run();
        now = again();
        String active = turn.holder().agents();
        if (!active.isEmpty()) {
          forwarding.only(active);
        }
      }
      forwarding.end();
      meanwhile.run(); // for what the server before had done last
    }
    LOG.info("active: the store was with {}", turn.holder().name());
    return now.get();
  }

  private Optional<Store> again() {
    try {
      Optional<Store> got = turn.take();
      trouble = "";
      return got;
    } catch (StoreException e) {
      if (!e.code().equals(StoreException.AWAY)) {
        throw e;
      }
      if (!trouble.equals(e.code())) {
        LOG.warn("{}  {}", e.code(), e.getMessage());
      }
      trouble = e.code();
      LockSupport.parkNanos(AGAIN.toNanos());
      return Optional.empty();
    }
  }
}
