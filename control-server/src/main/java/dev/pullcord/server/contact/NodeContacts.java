package dev.pullcord.server.contact;

import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.server.audit.RepeatedActs;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.NodeContact.Ahead;
import dev.pullcord.server.store.NodeContact.Speaker;
import dev.pullcord.server.store.NodeContact.TwoHosts;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Notes every request of every node, and draws from who made it what nobody says: that two hosts
 * use one key, that an agent was stopped, that its stream broke, that its clock is wrong, that this
 * server was restored from an older state than the node has seen. What follows is on disk before it
 * is shown.
 */
public final class NodeContacts {
  /** A request that was under way while an agent said goodbye does not make it live again. */
  private static final Duration AFTER_GOODBYE = Duration.ofSeconds(5);

  /** A node may say that it has seen so many more decisions, and no more. */
  private static final long AHEAD_MAX = 1_000_000;

  private final Store store;
  private final FleetModel fleet;
  private final LaterDecisions later;
  private final InstantSource clock;
  private final Instant startedAt;
  private final Speakers.OfNodes speakers = new Speakers.OfNodes();

  /** A node causes these as often as it likes. */
  private final RepeatedActs acts = new RepeatedActs();

  /**
   * Contacts of that fleet.
   *
   * @param later about decisions that this server may not have
   */
  public NodeContacts(Store store, FleetModel fleet, LaterDecisions later, InstantSource clock) {
    this.store = store;
    this.fleet = fleet;
    this.later = later;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /**
   * A node has made a request other than those below.
   *
   * @throws Refusal 409 {@code SESSION_OVER} when it has to open a session first: another start of
   *     its agent has opened one since, or this server does not remember its session
   */
  public void heard(NodeRecord node, Talk talk) {
    fleet.seen(node.id());
    listen(node, talk);
    seen(node.id(), talk.seen());
    requireSession(node, talk);
  }

  /** As {@link #heard}, of a request that opens an event stream. */
  public void streamOpens(NodeRecord node, Talk talk) {
    listen(node, talk);
    seen(node.id(), talk.seen());
    requireSession(node, talk);
    if (node.contact().stoppedAt() != null) {
      change(node.id(), c -> c.stopped(null), null);
    }
  }

  /** The last event stream of a node is over, in whatever way. */
  public void streamEnded(long node) {
    fleet.lost(node);
  }

  /** To be called before an agent opens a session; what is kept of it then. */
  public NodeContact session(NodeRecord node, Talk talk) {
    listen(node, talk);
    seen(node.id(), talk.seen());
    NodeContact now = fleet.byId(node.id()).map(n -> n.contact()).orElse(NodeContact.NONE);
    return now.opened(talk.speaker(), clock.instant());
  }

  /** What is kept of the contact now, which may be newer than the record. */
  public NodeContact newest(NodeRecord node) {
    return fleet.byId(node.id()).map(NodeRecord::contact).orElse(node.contact());
  }

  /** A node has said this of its host; it is kept for people to read. */
  public void facts(NodeRecord node, NodeFacts facts) {
    NodeContact contact = newest(node);
    NodeFacts ours = facts.byClock(contact::byOurClock);
    if (!ours.equals(contact.facts())) {
      change(node.id(), c -> c.withFacts(ours), null);
    }
  }

  /** An agent says that it is being stopped. */
  public void goodbye(NodeRecord node, Talk talk) {
    Speaker speaker = talk.speaker();
    NodeContact contact = node.contact();
    if (speaker != null) {
      speakers.of(
          node.id(),
          s -> {
            s.ended(speaker.start());
            return s;
          });
    }
    TwoHosts two = contact.twoHosts();
    if (two != null && speaker != null && two.has(speaker)) {
      over(node.row(), two, two.without(speaker));
    } else if (isOfSession(contact, speaker)) {
      change(node.id(), c -> c.stopped(clock.instant()), null);
    }
  }

  /** Lets time pass: an alarm ends when only one has been heard of for a while. */
  public void tick() {
    Instant now = clock.instant();
    for (NodeRecord node : fleet.withTwoHosts()) {
      TwoHosts two = node.contact().twoHosts();
      if (two == null) {
        continue;
      }
      boolean one = speakers.of(node.id(), s -> s.speaks(two.one(), now, startedAt));
      boolean other = speakers.of(node.id(), s -> s.speaks(two.other(), now, startedAt));
      if (!one || !other) {
        over(node.row(), two, one ? two.one() : two.other());
      }
    }
    if (known() > fleet.read(all -> all.nodes().size())) {
      speakers.keep(node -> fleet.byId(node).isPresent());
    }
    acts.keepDue(store, now);
  }

  /** Writes what was only counted so far. */
  public void close() {
    acts.keepAll(store, clock.instant());
  }

  private void over(StoredNode row, TwoHosts two, Speaker left) {
    String text = "only " + left.text() + " was heard from since";
    change(
        row.id(),
        c -> two.equals(c.twoHosts()) ? c.withTwoHosts(null) : c,
        entry(row, "node.two-hosts-over", two.text(), text));
  }

  private void listen(NodeRecord node, Talk talk) {
    Speaker speaker = talk.speaker();
    NodeContact contact = node.contact();
    Instant now = clock.instant();
    Instant stopped = contact.stoppedAt();
    if (stopped != null && !now.isBefore(stopped.plus(AFTER_GOODBYE))) {
      change(node.id(), c -> c.stopped(null), null);
    }
    Long clockAhead = talk.clockAhead(contact.clockAhead(), now);
    if (!Objects.equals(clockAhead, contact.clockAhead())) {
      change(node.id(), c -> c.withClockAhead(clockAhead), null);
    }
    if (speaker == null) {
      return;
    }
    Optional<Speakers.Pair> pair = speakers.of(node.id(), s -> s.heard(speaker, now));
    if (pair.isPresent() && !isKnown(contact.twoHosts(), pair.get())) {
      TwoHosts two = new TwoHosts(pair.get().before(), pair.get().after(), now);
      change(
          node.id(),
          c -> c.withTwoHosts(two),
          entry(node.row(), "node.two-hosts", null, two.text()));
    }
  }

  private static boolean isKnown(@Nullable TwoHosts two, Speakers.Pair pair) {
    return two != null
        && two.one().start().equals(pair.before().start())
        && two.other().start().equals(pair.after().start());
  }

  /** How many nodes it remembers who has spoken for. */
  int known() {
    return speakers.size();
  }

  /** While two hosts speak in turns, none of them is sent away: both are heard. */
  private void requireSession(NodeRecord node, Talk talk) {
    NodeContact contact = newest(node);
    Instant opened = contact.sessionAt();
    boolean settled = opened == null || !clock.instant().isBefore(opened.plus(Speakers.IN_FLIGHT));
    if (talk.speaker() != null
        && settled
        && contact.twoHosts() == null
        && !isOfSession(contact, talk.speaker())) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "SESSION_OVER",
          "this session is over: another start of this node's agent has opened one, or the server"
              + " does not remember it; open another one",
          null);
    }
  }

  private static boolean isOfSession(NodeContact contact, @Nullable Speaker speaker) {
    Speaker of = contact.session();
    return of == null ? speaker == null : speaker != null && of.start().equals(speaker.start());
  }

  /** What a node has seen; what this server has not made puts the node ahead of it. */
  public void seen(long id, @Nullable SeenDecision seen) {
    if (seen == null || later.made(seen) || fleet.byId(id).filter(n -> isAt(n, seen)).isPresent()) {
      return;
    }
    store.write(tables -> {
      Optional<StoredNode> found = tables.nodes().find(id);
      if (found.isPresent()) {
        ahead(tables, found.get(), seen);
      }
      return found;
    });
  }

  private static boolean isAt(NodeRecord node, SeenDecision seen) {
    Ahead ahead = node.contact().ahead();
    return node.decision().revision() > seen.revision()
        || (ahead != null && ahead.revision() == seen.revision());
  }

  private void ahead(Tables tables, StoredNode row, SeenDecision seen) {
    long newest = tables.revisions().newest();
    if (seen.revision() > newest + AHEAD_MAX) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "REVISION_UNKNOWN",
          "revision " + seen.revision() + " is far above " + newest + ", the newest of this server",
          null);
    }
    tables.revisions().raise(seen.revision());
    tables.afterCommit(() -> fleet.raised(seen.revision()));
    // What it said last may have been said to the state that is gone: it is to say it again.
    NodeContact anew = row.contact().withoutSession();
    if (later.isSame(row, seen)) {
      keep(tables, row, anew);
      later.decideAnew(tables, row.id());
      return;
    }
    boolean missing = seen.commit() != null && !later.has(seen.commit());
    Ahead ahead = new Ahead(seen.revision(), seen.commit(), missing, clock.instant());
    keep(tables, row, anew.withAhead(ahead));
    acts.append(tables, entry(row, "node.ahead", null, ahead.text()));
  }

  private AuditTable.Act entry(
      StoredNode row, String what, @Nullable String before, @Nullable String after) {
    return new AuditTable.Act(clock.instant(), "server", what, row.name().value(), before, after);
  }

  private void change(long id, UnaryOperator<NodeContact> change, AuditTable.@Nullable Act entry) {
    store.write(tables -> {
      Optional<StoredNode> row = tables.nodes().find(id);
      row.ifPresent(found -> {
        NodeContact now = change.apply(found.contact());
        if (!now.equals(found.contact())) {
          keep(tables, found, now);
          if (entry != null) {
            acts.append(tables, entry);
          }
        }
      });
      return row;
    });
  }

  private void keep(Tables tables, StoredNode row, NodeContact now) {
    tables.nodes().contact(row.id(), now);
    StoredNode kept = row.withContact(now);
    tables.afterCommit(() -> fleet.contact(kept));
  }
}
