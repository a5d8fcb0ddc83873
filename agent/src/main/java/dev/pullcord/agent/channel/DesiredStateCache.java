package dev.pullcord.agent.channel;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.decision.Decision;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's last decision: on disk before it counts, and standing while the server is away.
 *
 * <p>It never goes back to a lower revision. It ends a pin by itself once the server's clock, as
 * known here, is past the pin's expiry, and takes what was withheld once its time has come. Owns
 * old, foreign and unreadable decisions: each is ignored and logged.
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
  private boolean wasWithheld;

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
    this.wasWithheld = stillWithheld() != null;
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
    boolean pinEnded = pin != null && pinInForce() == null;
    Withheld withheld = desired.withheld();
    if (!pinEnded && withheld != null && stillWithheld() == null) {
      return Optional.of(released(desired, withheld));
    }
    if (pin != null && pinEnded) {
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
            shown(pin),
            desired.retry(),
            desired.labels(),
            desired.orders(),
            new Decision.Next(withheld, desired.stage(), desired.note())));
  }

  /** What was withheld comes into force: a freeze has ended, or a window has opened. */
  private static Decision released(DesiredState desired, Withheld withheld) {
    return new Decision(
        desired.revision(),
        withheld.ref(),
        withheld.commit(),
        withheld.deployment(),
        shown(desired.pin()),
        desired.retry(),
        desired.labels(),
        desired.orders());
  }

  private static @Nullable PinStatus shown(@Nullable Pin pin) {
    return pin == null
        ? null
        : new PinStatus(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt());
  }

  /**
   * What this node will run by itself at its time, after a pin or a freeze; to be fetched while the
   * server is there.
   */
  synchronized List<CommitId> later() {
    Withheld withheld = stillWithheld();
    Pin pin = pinInForce();
    return Stream.of(
            pin == null ? null : pin.after().commit(),
            withheld == null || withheld.until() == null ? null : withheld.commit())
        .flatMap(Stream::ofNullable)
        .toList();
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
      LOG.error(
          "DESIRED_NODE  a decision for {} came to {}; ignored; is a proxy in between?",
          desired.node(),
          node);
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
    wasWithheld = stillWithheld() != null;
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

  /**
   * To be called every second or so: raises the flag when a pin has just ended, or what was
   * withheld has just come into force.
   */
  public void tick() {
    String happened;
    synchronized (this) {
      happened = happened();
    }
    if (!happened.isEmpty()) {
      LOG.info("{}", happened);
      changed.run();
    }
  }

  /** What time alone has changed since the last call; empty for nothing. */
  private String happened() {
    DesiredState desired = remembered == null ? null : remembered.desired();
    Pin pin = desired == null ? null : desired.pin();
    Withheld withheld = desired == null ? null : desired.withheld();
    if (pinWasInForce && pin != null && pinInForce() == null) {
      pinWasInForce = false;
      return "the pin to " + pin.ref() + " has expired; back to " + pin.after().ref();
    }
    if (wasWithheld && withheld != null && stillWithheld() == null) {
      wasWithheld = false;
      return "no longer " + TerminalText.clean(withheld.reason());
    }
    return "";
  }

  /** What is withheld now; null when nothing is, or its time has come. */
  private @Nullable Withheld stillWithheld() {
    Withheld withheld = remembered == null ? null : remembered.desired().withheld();
    if (withheld == null || withheld.commit() == null || withheld.until() == null) {
      return withheld;
    }
    return clock.now().isBefore(withheld.until()) ? withheld : null;
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
    String note = desired.note() == null ? "" : "; " + TerminalText.clean(desired.note());
    return commit + " of " + desired.ref() + by + why + stage + note;
  }
}
