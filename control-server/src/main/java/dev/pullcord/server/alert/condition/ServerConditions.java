package dev.pullcord.server.alert.condition;

import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.alert.AlertCondition;
import dev.pullcord.server.alert.AlertCondition.Words;
import dev.pullcord.server.alert.AlertEvent;
import dev.pullcord.server.alert.AlertFacts;
import dev.pullcord.server.store.DiskTrouble;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds what is to be told of the server itself: its mirror and its disk. */
final class ServerConditions {
  private static final Duration STALE_AFTER = Duration.ofMinutes(10);
  private static final long DISK_LEAST_BYTES = 512L << 20;
  private static final long DISK_LEAST_PERCENT = 5;
  private static final long DISK_ENOUGH_BYTES = 8L << 30;
  private static final String DISK = "server";
  private static final String MIRROR = "upstream";

  private final ServerFacts server;

  ServerConditions(ServerFacts server) {
    this.server = server;
  }

  /** What cannot be read is told as such, and ends nothing that was told before. */
  AlertFacts.Look of(Instant now) {
    List<AlertCondition> all = new ArrayList<>();
    boolean isRead =
        looks(
            () -> server.upstream().get().ifPresent(u -> mirror(u, now, all)),
            why ->
                all.add(
                    here(
                        AlertEvent.MIRROR_STALE,
                        MIRROR,
                        null,
                        now,
                        "the server cannot read its copy of the repository: " + why,
                        "pullcord-server doctor")));
    looks(
        () -> disk(now, all),
        why ->
            all.add(
                here(
                    AlertEvent.DISK_FULL,
                    DISK,
                    null,
                    now,
                    "the disk of the server cannot be looked at: " + why,
                    "pullcord-server doctor")));
    return new AlertFacts.Look(all, isRead ? Set.of() : Set.of(AlertEvent.COMMIT_REFUSED));
  }

  private static boolean looks(Runnable look, Consumer<String> failed) {
    try {
      look.run();
      return true;
    } catch (RuntimeException e) {
      ProcessEnd.ifBroken(e);
      failed.accept(DiskTrouble.said(e));
      return false;
    }
  }

  private void mirror(UpstreamView view, Instant now, List<AlertCondition> all) {
    Instant failing = view.failingSince();
    Instant since = Objects.requireNonNullElse(view.lastFetch(), failing == null ? now : failing);
    if (failing != null && !now.isBefore(since.plus(STALE_AFTER))) {
      all.add(
          here(
              AlertEvent.MIRROR_STALE,
              MIRROR,
              null,
              since.plus(STALE_AFTER),
              "the mirror is stale since %s: %s"
                  .formatted(
                      since.truncatedTo(ChronoUnit.SECONDS), CodedText.sentence(view.reason())),
              "pullcord upstream; when it is mended: pullcord fetch"));
    }
    view.refs().stream().filter(r -> !r.deployable()).forEach(r -> all.add(refused(r, now)));
  }

  private static AlertCondition refused(UpstreamView.Ref ref, Instant now) {
    CommitId commit = ref.commit();
    String problem = CodedText.sentence(ref.problem());
    String title =
        "upstream %s%s: %s"
            .formatted(ref.ref(), commit == null ? "" : " at " + commit.abbreviated(), problem);
    return ref.rewritten()
        ? here(
            AlertEvent.COMMIT_REFUSED,
            ref.ref(),
            ref.ref(),
            now,
            new Words(
                title,
                "were taken back upstream",
                problem,
                List.of(),
                "pullcord accept-rewind "
                    + ShellWord.of(ref.ref())
                    + " --reason 'why', or push it back",
                null))
        : here(
            AlertEvent.COMMIT_REFUSED,
            ref.ref(),
            ref.ref(),
            now,
            new Words(
                title,
                "of the upstream are not deployed",
                problem,
                List.of(),
                "push a mended commit to the upstream; the nodes stay where they are",
                null));
  }

  private void disk(Instant now, List<AlertCondition> all) {
    ServerFacts.DiskState disk = server.disk().get();
    long free = disk.freeBytes();
    boolean little =
        free < DISK_ENOUGH_BYTES
            && free * 100 / Math.max(1, disk.totalBytes()) < DISK_LEAST_PERCENT;
    if (free < DISK_LEAST_BYTES || little) {
      all.add(
          here(
              AlertEvent.DISK_FULL,
              DISK,
              null,
              now,
              "the disk of the server is nearly full",
              "make room: df -h " + disk.directory()));
    }
  }

  private static AlertCondition here(
      AlertEvent event,
      String subject,
      @Nullable String ref,
      Instant since,
      String title,
      String next) {
    return here(event, subject, ref, since, new Words(title, "", "", List.of(), next, null));
  }

  private static AlertCondition here(
      AlertEvent event, String subject, @Nullable String ref, Instant since, Words words) {
    return new AlertCondition(event, subject, true, ref, List.of(), since, null, words);
  }

  /** How it ended. */
  String ending(AlertEvent event, String subject) {
    return switch (event) {
      case MIRROR_STALE -> "the mirror is fresh again";
      case COMMIT_REFUSED -> "upstream " + subject + ": its commit is deployed again";
      default -> "the disk of the server has room again" + free();
    };
  }

  private String free() {
    StringBuilder free = new StringBuilder();
    looks(
        () ->
            free.append(": ").append(server.disk().get().freeBytes() >> 20).append(" MiB are free"),
        why -> {});
    return free.toString();
  }
}
