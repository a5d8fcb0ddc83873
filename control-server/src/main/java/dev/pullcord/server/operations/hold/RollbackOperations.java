package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.protocol.unit.SpokenTimes;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.operations.NodeChanges;
import dev.pullcord.server.operations.OrderChecks;
import dev.pullcord.server.operations.VersionLookup;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.store.RollbackTable.StoredRollback;
import dev.pullcord.server.store.Tables;
import dev.pullcord.server.view.HoldViews;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rolls branches back and ends that. An order is about the head that the operator saw: when a push
 * moved the branch meanwhile, it is refused and says so. A push that comes later ends the rollback.
 */
public final class RollbackOperations {
  static final int LOOK_BACK = 1000;

  private final NodeChanges changes;
  private final VersionLookup versions;
  private final CommitSource commits;
  private final Deployments deployments;

  RollbackOperations(
      NodeChanges changes, VersionLookup versions, CommitSource commits, Deployments deployments) {
    this.changes = changes;
    this.versions = versions;
    this.commits = commits;
    this.deployments = deployments;
  }

  /** What an order is about, as it was looked at before it is checked in full. */
  private record Seen(BranchHead pushed, @Nullable StoredRollback before, List<CommitId> ran) {
    CommitId present() {
      return before == null ? pushed.commit() : before.commit();
    }
  }

  /** Lets the nodes of a branch run an earlier commit of it, until a newer one is pushed. */
  public RollbackView rollback(Principal who, String ref, RollbackView.Request request) {
    String branch = OrderChecks.branch("ref", ref);
    String reason = OrderChecks.reason(request.reason());
    Instant now = changes.clock().instant();
    Instant until = RollbackEnd.read(request.until(), now);
    Seen seen = present(branch);
    requireMeant(seen.pushed(), request.head());
    CommitId to = target(seen, request.to());
    CommitSource.CommitInfo info =
        commits.info(to).orElse(new CommitSource.CommitInfo("", "unknown"));
    StoredRollback made =
        new StoredRollback(
            branch,
            to,
            seen.pushed().commit(),
            info.subject(),
            info.author(),
            who.owner(),
            reason,
            now,
            until);
    try {
      return write(who, seen, made);
    } catch (Refusal e) {
      changes.tooLate(who, "rollback", branch, e);
      throw e;
    }
  }

  /** What {@link #rollback} would do, without doing it; {@code to} is as in a request. */
  public RollbackView foresee(Principal who, String ref, @Nullable String to) {
    String branch = OrderChecks.branch("ref", ref);
    Seen seen = present(branch);
    CommitId target = target(seen, to);
    Instant now = changes.clock().instant();
    changes
        .store()
        .read(tables -> {
          NewToHeldNodes.refuse(tables, branch, target, now);
          return target;
        });
    return new RollbackView(
        branch, target, seen.pushed().commit(), who.owner(), "", now, null, null);
  }

  /**
   * The branch as it was pushed last. Nobody rolls back while that cannot be read: it is newer than
   * what the store has, and would end the rollback as soon as it can be read.
   */
  private Seen present(String branch) {
    deployments.reconcile();
    deployments
        .trouble(branch)
        .ifPresent(why -> {
          throw new Refusal(
              Refusal.Kind.CONFLICT,
              "REF_UNREAD",
              ("what was pushed to %s last cannot be read: %s; it is tried again every second: roll"
                      + " back when pullcord status does not show it any more, or push a good"
                      + " commit to %s")
                  .formatted(branch, why, branch),
              "ref");
        });
    return changes.store().read(tables -> seen(tables, branch));
  }

  private RollbackView write(Principal who, Seen seen, StoredRollback made) {
    String branch = seen.pushed().ref();
    List<Long> changed = new ArrayList<>();
    RollbackView view =
        changes
            .store()
            .write(tables -> {
              requireMeant(seen(tables, branch).pushed(), seen.pushed().commit());
              NewToHeldNodes.refuse(tables, branch, made.commit(), made.createdAt());
              tables.rollbacks().put(made);
              tables
                  .audit()
                  .append(who.did(made.createdAt(), "rollback", branch, text(seen), text(made)));
              changed.addAll(changes.decisions().settleAll(tables));
              return HoldViews.of(made, tables.deployments().newest(branch).orElse(null));
            });
    changes.waker().wake(changed);
    return view;
  }

  private static Seen seen(Tables tables, String branch) {
    BranchHead pushed =
        tables.refs().all().stream()
            .filter(head -> head.ref().equals(branch))
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    Refusal.Kind.NOT_FOUND,
                    "REF_MISSING",
                    "nothing was pushed to a branch "
                        + branch
                        + "; pullcord status names them"
                        + DidYouMean.of(
                            branch, tables.refs().all().stream().map(BranchHead::ref).toList()),
                    "ref"));
    StoredRollback before =
        tables.rollbacks().find(branch).filter(r -> r.from().equals(pushed.commit())).orElse(null);
    CommitId present = before == null ? pushed.commit() : before.commit();
    return new Seen(pushed, before, earlier(tables, branch, present));
  }

  /** Commits that converged before this one was pushed, the last one first. */
  private static List<CommitId> earlier(Tables tables, String branch, CommitId present) {
    List<StoredDeployment> all =
        tables.deployments().page(branch, Long.MAX_VALUE, LOOK_BACK).stream()
            .filter(d -> d.head().rollback() == null)
            .toList();
    return all.stream()
        .dropWhile(d -> !d.commit().equals(present))
        .filter(d -> d.convergedAt() != null && !d.commit().equals(present))
        .map(StoredDeployment::commit)
        .distinct()
        .toList();
  }

  private CommitId target(Seen seen, @Nullable String asked) {
    String branch = seen.pushed().ref();
    if (asked == null || asked.isBlank()) {
      CommitId last =
          seen.ran().stream()
              .filter(commit -> commits.leadsTo(branch, commit)) // not so after a rewind
              .findFirst()
              .orElseThrow(() ->
                  new Refusal(
                      Refusal.Kind.CONFLICT,
                      "ROLLBACK_NOWHERE",
                      "no commit of %s converged before %s; say which one: --to COMMIT"
                          .formatted(branch, seen.present().abbreviated()),
                      "to"));
      return versions.any(last.value()).commit();
    }
    CommitId to = versions.any(asked.strip()).commit();
    if (!commits.leadsTo(branch, to)) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "ROLLBACK_ELSEWHERE",
          "%s is no commit of %s; to run something else for a while, pin the nodes to it"
              .formatted(to.abbreviated(), branch),
          "to");
    }
    if (to.equals(seen.pushed().commit())) {
      String head = to.abbreviated() + " is the head of " + branch;
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "ROLLBACK_TO_HEAD",
          seen.before() == null
              ? head + "; there is nothing to go back to"
              : head
                  + "; to go on to it, end the rollback: pullcord rollback "
                  + ShellWord.of(branch)
                  + " --end",
          "to");
    }
    return to;
  }

  private static void requireMeant(BranchHead now, @Nullable CommitId meant) {
    if (meant != null && !meant.equals(now.commit())) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "REF_MOVED",
          "%s pushed %s to %s meanwhile; look at that, and roll it back if it is to go too"
              .formatted(now.pushedBy(), now.commit().abbreviated(), now.ref()),
          "ref");
    }
  }

  /** Ends a rollback: the nodes go on to the branch's head. */
  public void end(Principal who, String ref) {
    String branch = OrderChecks.branch("ref", ref);
    deployments.reconcile();
    Instant now = changes.clock().instant();
    List<Long> changed =
        changes
            .store()
            .write(tables -> {
              StoredRollback rollback =
                  tables
                      .rollbacks()
                      .find(branch)
                      .orElseThrow(() ->
                          new Refusal(
                              Refusal.Kind.NOT_FOUND,
                              "ROLLBACK_MISSING",
                              branch + " is not rolled back; pullcord status says which are",
                              "ref"));
              tables.rollbacks().remove(branch);
              tables.audit().append(who.did(now, "rollback.end", branch, text(rollback), null));
              return changes.decisions().settleAll(tables);
            });
    changes.waker().wake(changed);
  }

  /** Ends the rollbacks whose time has come: at start, and every second. */
  void expire() {
    Instant now = changes.clock().instant();
    if (changes.store().read(tables -> due(tables, now)).isEmpty()) {
      return;
    }
    deployments.reconcile();
    List<Long> changed =
        changes
            .store()
            .write(tables -> {
              for (StoredRollback rollback : due(tables, now)) {
                tables.rollbacks().remove(rollback.ref());
                tables
                    .audit()
                    .append(
                        new AuditTable.Act(
                            now,
                            "server",
                            "rollback.expire",
                            rollback.ref(),
                            text(rollback),
                            null));
              }
              return changes.decisions().settleAll(tables);
            });
    changes.waker().wake(changed);
  }

  private static List<StoredRollback> due(Tables tables, Instant now) {
    return tables.rollbacks().all().stream()
        .filter(r -> r.until() != null && !r.until().isAfter(now))
        .toList();
  }

  private static String text(Seen seen) {
    StoredRollback before = seen.before();
    return before == null ? seen.present().abbreviated() : text(before);
  }

  private static String text(StoredRollback it) {
    String until = it.until() == null ? "" : " until " + SpokenTimes.moment(it.until());
    return "%s from %s%s by %s: %s"
        .formatted(
            it.commit().abbreviated(), it.from().abbreviated(), until, it.owner(), it.reason());
  }
}
