package dev.pullcord.server.alert.status;

import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.alert.outbox.Outbox;
import dev.pullcord.server.alert.status.CommitStatuses.StatusOfNodes;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.store.OutboxTable;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.server.store.OutboxTable.OutboxMessage;
import dev.pullcord.server.store.Store;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into the outbox what the git host does not know yet. Of each commit only the newest message
 * waits. Mere progress is told every ten seconds; a change of the state at once. What the outbox
 * has no room for is put there at a later look. What it gave up counts as untold an hour later: a
 * host that takes statuses again would show the last one that it took, until the branch moves.
 */
public final class StatusLoop {
  /** The name of the git host among the receivers. */
  public static final String RECEIVER = "upstream.status";

  private static final Logger LOG = LoggerFactory.getLogger(StatusLoop.class);
  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(10);

  /** How long after a status was given up it is told anew, if the commit still is of interest. */
  private static final Duration AGAIN_AFTER = Duration.ofHours(1);

  private final Store store;
  private final FleetModel fleet;
  private final Supplier<Optional<UpstreamView>> upstream;
  private final URI url;
  private final Runnable wake;

  /**
   * A loop; it does nothing by itself.
   *
   * @param upstream the mirror, for commits that are given to no node
   * @param url of the people's port, for links
   * @param wake called when there is something to send
   */
  public StatusLoop(
      Store store,
      FleetModel fleet,
      Supplier<Optional<UpstreamView>> upstream,
      URI url,
      Runnable wake) {
    this.store = store;
    this.fleet = fleet;
    this.upstream = upstream;
    this.url = url;
    this.wake = wake;
  }

  /** How a commit is at this moment; empty for one that no branch leads to. */
  public Optional<CommitStatus> present(CommitId commit) {
    return fleet.read(now ->
        Optional.ofNullable(CommitStatuses.of(now, url).get(commit)).map(StatusOfNodes::status));
  }

  /** Looks once. */
  public void look() {
    List<OutboxMessage> newest = store.read(tables -> tables.outbox().newestOfSlots(RECEIVER));
    Map<String, NewMessage> told = new HashMap<>();
    newest.forEach(m -> told.put(m.message().slot() + "", m.message()));
    Set<String> lost = lost(newest);
    Map<CommitId, CommitStatus> wanted = new HashMap<>();
    boolean isRead = refused(wanted);
    Set<CommitId> refused = Set.copyOf(wanted.keySet());
    follow(told, wanted);
    List<CommitStatus> news = new ArrayList<>();
    for (CommitStatus status : wanted.values()) {
      String slot = status.commit().value();
      NewMessage before = told.get(slot);
      if (before == null
          || lost.contains(slot)
          || isNews(CommitStatus.of(before), before.createdAt(), status)) {
        news.add(status);
      }
    }
    news.sort(Comparator.comparing(status -> refused.contains(status.commit())));
    keepWhatFits(news, newest);
    List<String> over = isRead ? over(newest, wanted) : List.of();
    if (news.isEmpty() && over.isEmpty()) {
      return;
    }
    Instant now = fleet.now();
    store.write(tables -> {
      tables.outbox().forgetSlots(RECEIVER, over);
      news.forEach(s -> Outbox.add(tables, message(s, now)));
      return null;
    });
    if (!news.isEmpty()) {
      wake.run();
    }
  }

  /**
   * What the host was not told, and may take by now: it is told again, however nothing changed.
   * What it refused for good, at the first try, is not among it.
   */
  private Set<String> lost(List<OutboxMessage> newest) {
    Instant before = fleet.now().minus(AGAIN_AFTER);
    return newest.stream()
        .filter(m -> m.trial().state() == OutboxTable.State.GIVEN_UP)
        .filter(m -> isLongAgo(m.trial(), before))
        .map(m -> m.message().slot() + "")
        .collect(Collectors.toSet());
  }

  private static boolean isLongAgo(OutboxTable.Trial trial, Instant before) {
    Instant ended = trial.endedAt();
    return ended != null && ended.isBefore(before) && !ended.isBefore(trial.until());
  }

  /**
   * Commits of which nothing will be told any more, but for the newest. What the host was told of
   * all others is known by their message alone, however many they are.
   */
  private static List<String> over(List<OutboxMessage> newest, Map<CommitId, CommitStatus> wanted) {
    List<String> over =
        newest.stream()
            .filter(m -> m.trial().state() != OutboxTable.State.WAITING)
            .map(m -> m.message().slot() + "")
            .filter(slot -> !wanted.containsKey(new CommitId(slot)))
            .toList();
    return over.subList(0, Math.max(0, over.size() - OutboxTable.ENDED_KEPT));
  }

  /** One that waits already makes room for what is newer of its commit. */
  private static void keepWhatFits(List<CommitStatus> news, List<OutboxMessage> newest) {
    Set<String> waiting =
        newest.stream()
            .filter(m -> m.trial().state() == OutboxTable.State.WAITING)
            .map(m -> m.message().slot() + "")
            .collect(Collectors.toSet());
    int free = OutboxTable.WAITING_MAX - waiting.size();
    Set<CommitId> more =
        news.stream()
            .map(CommitStatus::commit)
            .filter(commit -> !waiting.contains(commit.value()))
            .skip(Math.max(0, free))
            .collect(Collectors.toSet());
    news.removeIf(status -> more.contains(status.commit()));
  }

  private boolean isNews(CommitStatus before, Instant at, CommitStatus status) {
    if (before.state() != status.state()) {
      return true;
    }
    return !before.equals(status) && !fleet.now().isBefore(at.plus(PROGRESS_EVERY));
  }

  /** What branches lead to, and what the host was told that is so no more. */
  private void follow(Map<String, NewMessage> told, Map<CommitId, CommitStatus> wanted) {
    fleet.read(now -> {
      CommitStatuses.of(now, url)
          .forEach((commit, counted) -> {
            if (counted.nodes() > 0 || told.containsKey(commit.value())) {
              wanted.put(commit, counted.status());
            }
          });
      for (NewMessage message : told.values()) {
        CommitStatus before = CommitStatus.of(message);
        if (!wanted.containsKey(before.commit())) {
          CommitStatuses.last(now, before).ifPresent(s -> wanted.put(s.commit(), s));
        }
      }
      return null;
    });
  }

  /** Adds what is given to no node; whether that could be read. */
  private boolean refused(Map<CommitId, CommitStatus> wanted) {
    Optional<UpstreamView> mirror;
    try {
      mirror = upstream.get();
    } catch (RuntimeException e) {
      ProcessEnd.ifBroken(e);
      LOG.debug("the mirror cannot be read; the statuses of all other commits are told", e);
      return false;
    }
    mirror.ifPresent(u -> u.refs().forEach(r -> refused(r, wanted)));
    return true;
  }

  private static void refused(UpstreamView.Ref ref, Map<CommitId, CommitStatus> wanted) {
    CommitId commit = ref.commit();
    if (commit != null && !ref.deployable()) {
      wanted.put(
          commit,
          new CommitStatus(
              commit, CommitStatus.State.FAILURE, CodedText.sentence(ref.problem()), null));
    }
  }

  private static NewMessage message(CommitStatus status, Instant now) {
    return new NewMessage(
        "msg_" + UUID.randomUUID(),
        RECEIVER,
        "commit-status",
        status.commit().value(),
        "%s: %s, %s"
            .formatted(
                status.commit().abbreviated(),
                StatusHost.word(status.state()),
                status.description()),
        PullcordJson.write(status),
        now);
  }
}
