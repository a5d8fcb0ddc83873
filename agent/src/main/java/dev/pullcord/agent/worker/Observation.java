package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.Recovery;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before a pass, at what became of the generations since the last one. A worker that died is
 * started again after a while; one that somebody else ends is replaced at once, as in a deploy; and
 * what a main process has left behind is asked to end.
 */
public final class Observation {
  private static final Logger LOG = LoggerFactory.getLogger(Observation.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration SAID_FOR = Duration.ofMinutes(10);
  private static final Duration SHORT_LIFE = Duration.ofSeconds(30);

  private final Workers workers;
  private final WorkerWords words;
  private final FlapGuard flaps;
  private final Journal journal;
  private final Recovery recovery;
  private final HostClock clock;
  private final Predicate<Generation> meant;
  private final Map<String, Ousted> ousted = new LinkedHashMap<>();

  /** A generation that somebody else has ended. */
  private record Ousted(long number, String how, Instant at) {}

  /** Tells of the end of generations, but for those that {@code meant} knows. */
  public Observation(
      Workers workers,
      WorkerWords words,
      FlapGuard flaps,
      Journal journal,
      Recovery recovery,
      HostClock clock,
      Predicate<Generation> meant) {
    this.workers = workers;
    this.words = words;
    this.flaps = flaps;
    this.journal = journal;
    this.recovery = recovery;
    this.clock = clock;
    this.meant = meant;
  }

  /** Looks, and notes what it sees in the journal. */
  public void look() throws IOException {
    Map<Long, Generation> before = history().generations();
    for (Generation generation : before.values()) {
      if (isOusted(generation)) {
        oust(generation);
      }
    }
    Map<Long, Generation> after = recovery.observe().generations();
    for (Generation generation : before.values()) {
      Generation now = after.get(generation.number());
      boolean lost = generation.hasWork() && (now == null || !now.hasWork());
      if (lost && !meant.test(generation) && !isReplacedAtOnce(generation)) {
        flaps.died(generation.worker(), obituary(generation));
      }
    }
    for (Generation generation : left()) {
      workers.terminateRest(generation);
    }
    workers.forgetGone();
  }

  private boolean isOusted(Generation generation) {
    return !generation.signalled()
        && generation.phase() != Generation.Phase.INTENDED
        && !meant.test(generation)
        && workers.endedByOthers(generation).isPresent();
  }

  private void oust(Generation generation) throws IOException {
    String how = workers.endedByOthers(generation).orElse("");
    LOG.warn("{}: generation {} of {} ends", how, generation.number(), generation.worker());
    String active = history().active();
    workers.freeze(List.of(generation), active == null ? generation.release() : active);
    journal.append(new GenerationEntry.MainEnded(generation.number(), clock.now()));
    if (generation.hasWork()) {
      ousted.put(generation.worker(), new Ousted(generation.number(), how, clock.now()));
    }
  }

  private String obituary(Generation generation) {
    Ousted last = ousted.get(generation.worker());
    return last != null && last.number() == generation.number()
        ? last.how() + ", which was worker " + generation.worker()
        : words.obituary(generation);
  }

  /** Where that happens again and again the worker is one that dies like any other. */
  private boolean isReplacedAtOnce(Generation generation) {
    Ousted last = ousted.get(generation.worker());
    return last != null
        && last.number() == generation.number()
        && generation.startedAt().plus(SHORT_LIFE).isBefore(last.at());
  }

  /** Whether somebody ends a worker that has the work: a pass should not wait for its time. */
  public boolean disturbed() {
    return history().generations().values().stream().anyMatch(this::isOusted);
  }

  /** Those whose main process is gone. */
  private List<Generation> left() {
    return history().generations().values().stream()
        .filter(g -> g.phase() == Generation.Phase.TERM_SENT && !workers.works(g))
        .toList();
  }

  /** How long until it is to look again; empty when it never has to. */
  public Optional<Duration> again() {
    return left().isEmpty() ? Optional.empty() : Optional.of(AGAIN);
  }

  /** Who was replaced lately because somebody else has ended it, and works again. */
  public List<String> replaced() {
    ousted.values().removeIf(o -> clock.now().isAfter(o.at().plus(SAID_FOR)));
    return ousted.entrySet().stream()
        .flatMap(one ->
            history()
                .consuming(one.getKey())
                .map(now -> one.getValue().how() + "; started generation " + now.number())
                .stream())
        .toList();
  }

  private AgentHistory history() {
    return journal.history();
  }
}
