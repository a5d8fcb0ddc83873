package dev.pullcord.server.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.server.store.HistoryTable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Works out what ran on one node, from the notes about it and its steps. Pure: it reads no store
 * and no clock.
 */
public final class NodeHistory {
  /** How far the node's clock may be behind when it runs what was decided a moment ago. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final Set<StepRecord.Outcome> AT_FAULT =
      EnumSet.of(StepRecord.Outcome.RELEASE_FAULT, StepRecord.Outcome.ENVIRONMENT_FAULT);

  private final NodeName node;
  private final List<Run> runs = new ArrayList<>();
  private final List<Decided> decisions = new ArrayList<>();
  private final List<HistoryView.Pass> passes;

  /** A time in which one commit ran, with what was noted meanwhile. */
  private record Run(long id, Instant from, RanNote first, List<Ran> notes) {}

  private record Ran(Instant at, RanNote note) {}

  private record Decided(long id, HistoryView.Decision decision) {}

  /**
   * Of these notes.
   *
   * @param rows by their time
   * @param steps what the node did, in the order it was done
   */
  public NodeHistory(NodeName node, List<HistoryTable.StoredNote> rows, List<StepRecord> steps) {
    this.node = node;
    this.passes = passes(steps);
    for (HistoryTable.StoredNote row : rows) {
      if (row.kind() == HistoryTable.Kind.DECIDED) {
        decisions.add(new Decided(row.id(), read(row.document(), HistoryView.Decision.class)));
        continue;
      }
      RanNote note = read(row.document(), RanNote.class);
      if (runs.isEmpty() || !runs.getLast().first().isOfOneRunWith(note)) {
        runs.add(new Run(row.id(), row.at(), note, new ArrayList<>()));
      }
      runs.getLast().notes().add(new Ran(row.at(), note));
    }
  }

  static <T> T read(String document, Class<T> type) {
    try {
      return PullcordJson.read(document, type);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("the store holds a " + type.getSimpleName(), e);
    }
  }

  /** The newest first, at most so many. */
  public HistoryView newest(int limit) {
    List<HistoryView.Run> shown = new ArrayList<>();
    for (int i = runs.size() - 1; i >= 0 && shown.size() < limit; i--) {
      shown.add(view(i, runs.get(i).notes().getLast().note()));
    }
    return new HistoryView(node, null, earliest(), shown);
  }

  /** What ran at a moment. */
  public HistoryView at(Instant moment) {
    int found = -1;
    for (int i = 0; i < runs.size() && !runs.get(i).from().isAfter(moment); i++) {
      found = i;
    }
    if (found < 0) {
      return new HistoryView(node, moment, earliest(), List.of());
    }
    RanNote then = runs.get(found).first();
    for (Ran ran : runs.get(found).notes()) {
      then = ran.at().isAfter(moment) ? then : ran.note();
    }
    return new HistoryView(node, moment, earliest(), List.of(view(found, then)));
  }

  private @Nullable Instant earliest() {
    return runs.isEmpty() ? null : runs.getFirst().from();
  }

  private HistoryView.Run view(int index, RanNote then) {
    Run run = runs.get(index);
    return new HistoryView.Run(
        run.from(),
        index + 1 < runs.size() ? runs.get(index + 1).from() : null,
        run.first().commit(),
        run.first().ref(),
        then.workers(),
        decision(run).orElse(null),
        passes.stream().filter(pass -> index == runOf(pass)).toList());
  }

  /** The last decision on this commit that was there before the node said that it ran it. */
  private Optional<HistoryView.Decision> decision(Run run) {
    CommitId commit = run.first().commit();
    return decisions.stream()
        .filter(d -> d.id() < run.id() && Objects.equals(d.decision().commit(), commit))
        .filter(d -> d.decision().at().isBefore(run.from().plus(SKEW)))
        .reduce((_, last) -> last)
        .map(Decided::decision);
  }

  /** A pass belongs to the run that it led to, else to the one in which it began. */
  private int runOf(HistoryView.Pass pass) {
    int began = -1;
    for (int i = 0; i < runs.size() && !runs.get(i).from().isAfter(pass.from()); i++) {
      began = i;
    }
    int next = began + 1;
    return next < runs.size() && pass.commit().equals(runs.get(next).first().commit())
        ? next
        : Math.max(began, 0);
  }

  /** An agent that lost its journal may number its passes anew: then the index goes back. */
  private static List<HistoryView.Pass> passes(List<StepRecord> steps) {
    List<List<StepRecord>> passes = new ArrayList<>();
    Map<Long, List<StepRecord>> byNumber = new HashMap<>();
    for (StepRecord step : steps) {
      List<StepRecord> pass = byNumber.get(step.pass());
      if (pass == null || pass.getLast().index() >= step.index()) {
        pass = new ArrayList<>();
        passes.add(pass);
        byNumber.put(step.pass(), pass);
      }
      pass.add(step.withOutput(""));
    }
    return passes.stream().map(NodeHistory::pass).toList();
  }

  private static HistoryView.Pass pass(List<StepRecord> steps) {
    StepRecord last = steps.getLast();
    return new HistoryView.Pass(
        last.pass(),
        last.commit(),
        steps.getFirst().startedAt(),
        last.startedAt().plusMillis(last.tookMillis()),
        outcome(steps),
        steps);
  }

  /**
   * Of the last step at fault: the way back from it goes well itself. Else of the last one: a pass
   * that a newer decision cut short may have gone on to its end.
   */
  private static StepRecord.Outcome outcome(List<StepRecord> steps) {
    return steps.reversed().stream()
        .map(StepRecord::outcome)
        .filter(AT_FAULT::contains)
        .findFirst()
        .orElse(steps.getLast().outcome());
  }
}
