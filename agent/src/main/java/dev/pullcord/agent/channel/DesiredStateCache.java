package dev.pullcord.agent.channel;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.PinStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's last decision: on disk before it counts, and standing while the server is away.
 *
 * <p>It never goes back to a lower revision, and it ends a pin by itself once the server's clock,
 * as known here, is past the pin's expiry. Owns old, foreign and unreadable decisions: each is
 * ignored and logged.
 */
public final class DesiredStateCache {
  private static final Logger LOG = LoggerFactory.getLogger(DesiredStateCache.class);
  private static final Duration OFFSET_NOISE = Duration.ofSeconds(1);

  private final Path file;
  private final NodeName node;
  private final Runnable changed;
  private final ServerTime clock;
  private @Nullable Remembered remembered;
  private boolean pinWasInForce;

  /**
   * @param file {@code desired.json}
   * @param node whose decisions are taken
   * @param changed called after a decision came into force, on the thread that brought it
   */
  public DesiredStateCache(Path file, NodeName node, HostClock clock, Runnable changed) {
    this.file = file;
    this.node = node;
    this.changed = changed;
    this.remembered = ofThisNode(read(file));
    long offset = remembered == null ? 0 : remembered.clockOffsetMillis();
    this.clock = new ServerTime(clock, Duration.ofMillis(offset));
    this.pinWasInForce = pinInForce() != null;
  }

  /**
   * What is on disk.
   *
   * @param desired the document as it came
   * @param clockOffsetMillis the server's clock minus this host's, at the last contact
   */
  record Remembered(DesiredState desired, long clockOffsetMillis) {}

  /** The decision in force; empty before the first one ever. */
  public synchronized Optional<Decision> current() {
    Remembered known = remembered;
    if (known == null) {
      return Optional.empty();
    }
    DesiredState desired = known.desired();
    Pin pin = desired.pin();
    if (pin != null && pinInForce() == null) {
      Pin.After after = pin.after();
      return Optional.of(
          new Decision(
              desired.revision(),
              after.ref(),
              after.commit(),
              after.deployment(),
              null,
              desired.retry(),
              desired.labels(),
              desired.orders()));
    }
    return Optional.of(
        new Decision(
            desired.revision(),
            desired.ref(),
            desired.commit(),
            desired.deployment(),
            pin == null
                ? null
                : new PinStatus(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt()),
            desired.retry(),
            desired.labels(),
            desired.orders(),
            new Decision.Next(desired.withheld(), desired.stage())));
  }

  /** Where the pin in force leads when it ends; to be fetched while the server is there. */
  synchronized Optional<CommitId> afterPin() {
    return Optional.ofNullable(pinInForce()).map(Pin::after).map(Pin.After::commit);
  }

  /** The highest revision seen; 0 before the first. */
  public synchronized long revision() {
    return remembered == null ? 0 : remembered.desired().revision();
  }

  /** The decision that stands, as the server is told that it was seen; empty before the first. */
  public synchronized Optional<SeenDecision> seen() {
    return Optional.ofNullable(remembered)
        .map(Remembered::desired)
        .map(d -> new SeenDecision(d.revision(), d.incarnation(), d.commit()));
  }

  /** Takes a decision that the server sent, if it is for this node and newer than what is known. */
  public void accept(DesiredState desired) {
    if (!desired.node().equals(node)) {
      LOG.error("DESIRED_NODE  a decision for {} came to {}; ignored", desired.node(), node);
      return;
    }
    serverSays(desired.serverTime());
    if (take(desired)) {
      LOG.info("revision {}: {}", desired.revision(), text(desired));
      changed.run();
    }
  }

  private synchronized boolean take(DesiredState desired) {
    long known = revision();
    if (desired.revision() < known) {
      LOG.warn(
          "DESIRED_OLD  revision {} came after revision {}; ignored", desired.revision(), known);
      return false;
    }
    if (desired.revision() == known) {
      return false;
    }
    store(new Remembered(desired, clock.offset().toMillis()));
    pinWasInForce = pinInForce() != null;
    return true;
  }

  /** The server's clock, read from any of its answers. */
  public synchronized void serverSays(Instant time) {
    clock.serverSays(time);
    Remembered known = remembered;
    if (known == null) {
      return;
    }
    Duration moved = clock.offset().minusMillis(known.clockOffsetMillis()).abs();
    if (moved.compareTo(OFFSET_NOISE) > 0) {
      store(new Remembered(known.desired(), clock.offset().toMillis()));
    }
  }

  /** To be called every second or so: raises the flag when a pin has just ended. */
  public void tick() {
    Pin ended;
    synchronized (this) {
      if (!pinWasInForce || pinInForce() != null || remembered == null) {
        return;
      }
      pinWasInForce = false;
      ended = remembered.desired().pin();
    }
    if (ended != null) {
      LOG.info("the pin to {} has expired; back to {}", ended.ref(), ended.after().ref());
    }
    changed.run();
  }

  private @Nullable Pin pinInForce() {
    Pin pin = remembered == null ? null : remembered.desired().pin();
    return pin != null && clock.now().isBefore(pin.expiresAt()) ? pin : null;
  }

  private void store(Remembered value) {
    try {
      AtomicFiles.write(file, PullcordJson.write(value).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The decision still counts: after a restart the server says it again.
      LOG.error("the decision is not kept on disk: {}", FileFault.of(e, file));
    }
    remembered = value;
  }

  private @Nullable Remembered ofThisNode(@Nullable Remembered read) {
    if (read != null && !read.desired().node().equals(node)) {
      LOG.info(
          "this was node {} before; waiting for what the server decides", read.desired().node());
      return null;
    }
    return read;
  }

  private static @Nullable Remembered read(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return PullcordJson.read(Files.readAllBytes(file), Remembered.class);
    } catch (JacksonException e) {
      LOG.error("STATE_DAMAGED  {} is not as it was written; waiting for the server's", file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FileFault.of(e, file), e);
    }
    return null;
  }

  private static String text(DesiredState desired) {
    String commit = desired.commit() == null ? "nothing" : desired.commit().abbreviated();
    Pin pin = desired.pin();
    String by = pin == null ? "" : ", pinned by " + pin.owner() + " until " + pin.expiresAt();
    Withheld withheld = desired.withheld();
    String why = withheld == null ? "" : "; " + TerminalText.clean(withheld.reason());
    String stage = desired.stage() == null ? "" : ", to get ready " + desired.stage().abbreviated();
    return commit + " of " + desired.ref() + by + why + stage;
  }
}
