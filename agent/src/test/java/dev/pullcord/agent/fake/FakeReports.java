package dev.pullcord.agent.fake;

import dev.pullcord.agent.report.Reports;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps what was reported. */
public final class FakeReports implements Reports {
  public record Made(long revision, NodeStatus status, List<StepRecord> steps) {}

  public final List<Made> made = new CopyOnWriteArrayList<>();
  public final List<Progress> begun = new CopyOnWriteArrayList<>();
  public volatile Supplier<Optional<Progress>> asked = Optional::empty;

  @Override
  public void record(
      long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps) {
    made.add(new Made(revision, status, steps));
  }

  @Override
  public void began(Supplier<Optional<Progress>> progress) {
    begun.add(progress.get().orElseThrow());
    asked = progress;
  }

  @Override
  public int spooled() {
    return 0;
  }

  public List<StepRecord> steps() {
    return made.stream().flatMap(m -> m.steps().stream()).toList();
  }
}
