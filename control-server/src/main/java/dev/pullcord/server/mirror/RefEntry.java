package dev.pullcord.server.mirror;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.deployment.Followers;
import dev.pullcord.server.githost.push.PushTarget;
import dev.pullcord.server.githost.upstream.UpstreamEntry;
import dev.pullcord.server.githost.upstream.UpstreamRepository.Fetched;
import dev.pullcord.server.operations.OrderChecks;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.MirrorTable;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves branches and tags to where the upstream has them, or says why not. */
final class RefEntry {
  /** Branches of ours, which the upstream does not move. */
  static final String OWN = PushTarget.OWN;

  private static final String WHO = "upstream";
  private static final Logger LOG = LoggerFactory.getLogger(RefEntry.class);

  private final MirrorMemory memory;
  private final UpstreamEntry entry;
  private final MirrorEffects effects;
  private final InstantSource clock;

  /** A look that has come back, and an operator's word: one at a time. */
  private final Lock deciding = new ReentrantLock();

  RefEntry(MirrorMemory memory, UpstreamEntry entry, MirrorEffects effects, InstantSource clock) {
    this.memory = memory;
    this.entry = entry;
    this.effects = effects;
    this.clock = clock;
  }

  /**
   * Decides on every ref.
   *
   * @param mirrored whether a ref of this name is still one that is mirrored
   */
  void enter(Fetched fetched, Predicate<String> mirrored) {
    deciding.lock();
    try {
      RefStandings standings = new RefStandings(entry, clock, fetched);
      Set<String> names = new TreeSet<>(fetched.refs().keySet());
      names.addAll(fetched.refused().keySet());
      memory.known().refs().forEach(r -> names.add(r.ref()));
      List<MirroredRef> changed = new ArrayList<>();
      List<String> gone = new ArrayList<>();
      boolean moved = false;
      try {
        for (String name : names) {
          MirroredRef before = memory.known().ref(name).orElse(null);
          Entered made = mirrored.test(name) ? entered(standings, name, before) : null;
          moved |= made != null && made.mayHaveMoved();
          if (made == null || made.decision().gone()) {
            gone.add(name);
            continue;
          }
          MirroredRef now = standings.row(name, made.decision(), before);
          if (!now.equals(before)) {
            changed.add(now);
          }
        }
        beginWith(fetched.head());
        store(changed, gone);
      } finally {
        if (moved) { // whatever came after it: the next look finds these where the upstream has
          // them
          effects.deployments().reconcile();
        }
      }
    } finally {
      deciding.unlock();
    }
  }

  /** What was decided on a ref, and whether that may have moved it. */
  private record Entered(RefDecision decision, boolean mayHaveMoved) {}

  /** Decides and moves; one that cannot be read keeps none of the others from its nodes. */
  private Entered entered(RefStandings standings, String name, @Nullable MirroredRef before) {
    try {
      RefDecision decision = standings.decide(name, before);
      CommitId to = standings.commit(name);
      if (decision.moves() && (to != null || entry.held(name).isPresent())) {
        decision = move(name, to, WHO).map(why -> standings.unmoved(name, why)).orElse(decision);
      }
      return new Entered(decision, decision.moves());
    } catch (RuntimeException | StackOverflowError e) {
      DiskTrouble.log(LOG, "upstream " + name + " cannot be decided on", e);
      return new Entered(standings.unreadable(name, DiskTrouble.said(e)), true);
    }
  }

  /** As long as nothing is here, new nodes follow what the upstream's HEAD names. */
  private void beginWith(@Nullable String head) {
    if (head != null
        && !entry.isDefault(RefPatterns.full(head))
        && entry.held(RefPatterns.full(head)).isPresent()
        && entry.defaultIsMissing()) {
      entry.makeDefault(head);
    }
  }

  private void store(List<MirroredRef> changed, List<String> gone) {
    if (changed.isEmpty() && gone.isEmpty()) {
      return;
    }
    memory.change(tables -> {
      changed.forEach(tables.mirror()::put);
      gone.forEach(tables.mirror()::remove);
    });
  }

  private Optional<String> move(String name, @Nullable CommitId to, String who) {
    CommitId from = entry.held(name).orElse(null);
    if (from != null && to != null) {
      effects.ahead().expect(from, to);
    }
    Optional<String> problem = entry.move(name, from, to, who);
    if (problem.isEmpty() && who.equals(WHO)) {
      effects
          .trail()
          .done(
              who,
              null,
              "fetch",
              RefPatterns.shown(name),
              from == null ? null : from.value(),
              to == null ? null : to.value());
    }
    return problem;
  }

  /** An operator lets a ref go where the upstream took it. */
  void accept(Principal who, UpstreamView.Accept asked) {
    String name = RefPatterns.full(asked.ref());
    String why = OrderChecks.reason(asked.reason());
    AcceptedPlace place = AcceptedPlace.of(asked.seen());
    deciding.lock();
    try {
      MirroredRef row =
          memory
              .known()
              .ref(name)
              .filter(r ->
                  r.standing() == MirrorTable.Standing.REWRITTEN
                      || r.standing() == MirrorTable.Standing.DELETED)
              .orElseThrow(() -> notRewritten(name));
      place.refuseUnless(row);
      CommitId to = row.commit();
      if (to == null) {
        delete(who, row, why);
      } else {
        rewind(who, row, to, why);
      }
      effects.deployments().reconcile();
    } finally {
      deciding.unlock();
    }
  }

  private void rewind(Principal who, MirroredRef row, CommitId to, String why) {
    List<String> problems = entry.problems(row.ref(), to);
    if (!problems.isEmpty()) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "COMMIT_UNDEPLOYABLE",
          RefDecision.undeployable(to, problems) + "; push one there that is in order",
          "ref");
    }
    // Stored before the ref moves: after a kill in between, the next look moves it.
    Instant now = clock.instant();
    MirroredRef accepted =
        new MirroredRef(
            row.ref(), to, MirrorTable.Standing.MIRRORED, entry.note(row.ref(), to), to, now);
    audited(who, row.ref(), to.abbreviated() + ": " + why, accepted);
    refuseIf(move(row.ref(), to, who.owner()));
  }

  private void delete(Principal who, MirroredRef row, String why) {
    String name = row.ref();
    String shown = RefPatterns.shown(name);
    String head = memory.known().defaultBranch();
    boolean isDefault = entry.isDefault(name);
    // First: it stays also when the nodes have gone elsewhere, so nobody is to move them in vain.
    if (isDefault
        && (head == null || head.equals(shown) || entry.held(RefPatterns.full(head)).isEmpty())) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "REF_FOLLOWED",
          shown + " is the default branch, and the upstream names no other that is mirrored",
          "ref");
    }
    Followers followers = entry.followers(name);
    if (!followers.isEmpty()) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "REF_FOLLOWED",
          shown + " cannot be deleted: " + followers.wayOn(),
          "ref");
    }
    if (isDefault && head != null) {
      entry.makeDefault(head);
    }
    // As for a rewind: stored before the ref goes, so that the next look ends what a kill cut
    // short.
    CommitId held = entry.held(name).orElse(null);
    audited(
        who,
        name,
        "deleted: " + why,
        new MirroredRef(
            name, null, MirrorTable.Standing.DELETED, row.problem(), held, row.since()));
    if (held != null) {
      refuseIf(move(name, null, who.owner()));
    }
    memory.change(tables -> tables.mirror().remove(name));
  }

  private void audited(Principal who, String name, String after, MirroredRef row) {
    String before = entry.held(name).map(CommitId::abbreviated).orElse(null);
    memory.change(tables -> {
      tables.mirror().put(row);
      tables
          .audit()
          .append(
              who.did(clock.instant(), "rewind.accept", RefPatterns.shown(name), before, after));
    });
  }

  private static void refuseIf(Optional<String> problem) {
    problem.ifPresent(why -> {
      throw new Refusal(Refusal.Kind.UNAVAILABLE, "REF_LOCK", why, "ref");
    });
  }

  private static Refusal notRewritten(String name) {
    return new Refusal(
        Refusal.Kind.INVALID,
        "REWIND_MISSING",
        Quoted.of(RefPatterns.shown(name))
            + " is no ref that the upstream rewrote or deleted; pullcord upstream lists them",
        "ref");
  }
}
