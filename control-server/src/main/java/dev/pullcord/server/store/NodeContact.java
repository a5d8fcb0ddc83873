package dev.pullcord.server.store;

import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the contact with a node's agent, beside when it was last heard of.
 *
 * @param session the start of an agent that opened the newest session; null before the first, and
 *     for an agent of the version before
 * @param sessionAt when that was
 * @param stoppedAt when it said that it was stopped; null once it is heard of again
 * @param twoHosts while two hosts use the node's key
 * @param ahead while the node runs by a decision that this server does not have
 * @param facts what its agent said of its host; null before, and of an agent of the version before
 * @param clockAhead by how many seconds its clock is ahead of this server's, negative when it is
 *     behind; null while they are not much apart
 */
public record NodeContact(
    @Nullable Speaker session,
    @Nullable Instant sessionAt,
    @Nullable Instant stoppedAt,
    @Nullable TwoHosts twoHosts,
    @Nullable Ahead ahead,
    @Nullable NodeFacts facts,
    @Nullable Long clockAhead) {
  /** Before an agent was heard of. */
  public static final NodeContact NONE = new NodeContact(null, null, null, null, null, null, null);

  /**
   * One start of an agent.
   *
   * @param start random, the one thing that tells two of them apart
   * @param host the host's name, as it calls itself
   * @param address the other end of its connection
   * @param boot the host's boot id
   * @param machine a hash of the host's machine id
   */
  public record Speaker(String start, String host, String address, String boot, String machine) {
    private static final int BOOT_SHOWN = 8;

    /** {@code grep-1 (10.0.0.7, boot 5f1e2d3c)}. */
    public String text() {
      String shown = boot.length() > BOOT_SHOWN ? boot.substring(0, BOOT_SHOWN) : boot;
      return host + " (" + address + ", boot " + shown + ")";
    }
  }

  /**
   * Two that live with one key.
   *
   * @param one that was known before
   * @param other that came later
   * @param since when both had been heard of in turns
   */
  public record TwoHosts(Speaker one, Speaker other, Instant since) {
    /** Whether it is one of them. */
    public boolean has(Speaker speaker) {
      return one.start().equals(speaker.start()) || other.start().equals(speaker.start());
    }

    /** The one that it is not. */
    public Speaker without(Speaker speaker) {
      return one.start().equals(speaker.start()) ? other : one;
    }

    /** One line. */
    public String text() {
      return "two hosts use the key of this node: "
          + one.text()
          + " and "
          + other.text()
          + " (CLONE_SUSPECTED)";
    }
  }

  /**
   * A decision that the node has seen and this server never made.
   *
   * @param revision its number
   * @param commit what it asks for
   * @param missing whether the repository has no such commit
   * @param since when that was noticed
   */
  public record Ahead(long revision, @Nullable CommitId commit, boolean missing, Instant since) {
    /** One line. */
    public String text() {
      String runs = commit == null ? "follows" : "runs " + commit.abbreviated();
      return missing
          ? runs + ", which this server does not have (revision " + revision + "): server restored?"
          : runs + " by revision " + revision + ", which this server never made: server restored?";
    }
  }

  /** An agent has opened a session. */
  public NodeContact opened(@Nullable Speaker speaker, Instant at) {
    return new NodeContact(speaker, at, null, twoHosts, ahead, facts, clockAhead);
  }

  /** Its agent has to open a session before it is heard again. */
  public NodeContact withoutSession() {
    return new NodeContact(null, null, stoppedAt, twoHosts, ahead, facts, clockAhead);
  }

  /** Its agent was stopped then, or, with null, is heard of again. */
  public NodeContact stopped(@Nullable Instant at) {
    return new NodeContact(session, sessionAt, at, twoHosts, ahead, facts, clockAhead);
  }

  /** Two hosts use its key; null when only one does any more. */
  public NodeContact withTwoHosts(@Nullable TwoHosts now) {
    return new NodeContact(session, sessionAt, stoppedAt, now, ahead, facts, clockAhead);
  }

  /** It is ahead of this server; null when it no longer is. */
  public NodeContact withAhead(@Nullable Ahead now) {
    return new NodeContact(session, sessionAt, stoppedAt, twoHosts, now, facts, clockAhead);
  }

  /** Its agent has said this of its host. */
  public NodeContact withFacts(NodeFacts now) {
    return new NodeContact(session, sessionAt, stoppedAt, twoHosts, ahead, now, clockAhead);
  }

  /** Its clock is so many seconds ahead of this server's; null while they agree. */
  public NodeContact withClockAhead(@Nullable Long seconds) {
    return new NodeContact(session, sessionAt, stoppedAt, twoHosts, ahead, facts, seconds);
  }

  /** A moment that its agent's clock told, by this server's clock. */
  public Instant byOurClock(Instant its) {
    return clockAhead == null ? its : its.minusSeconds(clockAhead);
  }

  /** What needs a person, in one line; null while nothing does. */
  public @Nullable String alarm() {
    if (twoHosts != null) {
      return twoHosts.text();
    }
    return ahead == null ? null : ahead.text();
  }
}
