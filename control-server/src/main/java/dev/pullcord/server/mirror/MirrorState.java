package dev.pullcord.server.mirror;

import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.store.MirrorTable;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one state of the mirror and its reason, and what needs a person. A pure function of the last
 * look, the refs and the time.
 *
 * @param word {@code ok}, {@code stale}, {@code refused}, {@code unreachable}, {@code rewritten} or
 *     {@code empty}
 * @param reason why, and what to do; empty where it is ok
 * @param alarms a line for each thing that needs a person
 */
record MirrorState(String word, String reason, List<String> alarms) {
  static final String OK = "ok";
  static final String EMPTY = "empty";
  static final String STALE = "stale";
  static final String REFUSED = "refused";
  static final String UNREACHABLE = "unreachable";
  static final String REWRITTEN = "rewritten";

  private static final Duration STALE_AFTER = Duration.ofMinutes(10);

  /** Copies. */
  MirrorState {
    alarms = List.copyOf(alarms);
  }

  static MirrorState of(Optional<MirrorTable.Look> last, List<MirroredRef> refs, Instant now) {
    if (last.isEmpty()) {
      return new MirrorState(UNREACHABLE, "the upstream was not looked at yet", List.of());
    }
    MirrorTable.Look look = last.get();
    List<String> alarms = new ArrayList<>();
    Instant failing = look.failingSince();
    Instant since = look.fetchedAt() == null ? failing : look.fetchedAt();
    boolean stale = failing != null && since != null && !now.isBefore(since.plus(STALE_AFTER));
    if (stale && since != null) {
      alarms.add("mirror stale for " + age(since, now) + ": " + CodedText.sentence(look.reason()));
    }
    if (failing == null && look.state().equals(REFUSED)) {
      alarms.add("upstream: " + CodedText.sentence(look.reason()));
    }
    refs.stream()
        .filter(r -> r.standing() != MirrorTable.Standing.MIRRORED)
        .forEach(r ->
            alarms.add(
                "upstream " + RefPatterns.shown(r.ref()) + ": " + CodedText.sentence(r.problem())));
    Optional<MirroredRef> rewound =
        refs.stream()
            .filter(r ->
                r.standing() == MirrorTable.Standing.REWRITTEN
                    || r.standing() == MirrorTable.Standing.DELETED)
            .findFirst();
    if (failing != null) {
      boolean may = look.state().equals(UNREACHABLE);
      return new MirrorState(may && stale ? STALE : look.state(), look.reason(), alarms);
    }
    return rewound
        .map(r ->
            new MirrorState(REWRITTEN, RefPatterns.shown(r.ref()) + ": " + r.problem(), alarms))
        .orElseGet(() -> new MirrorState(look.state(), look.reason(), alarms));
  }

  private static String age(Instant since, Instant now) {
    return Durations.human(Duration.ofMinutes(Duration.between(since, now).toMinutes()));
  }
}
