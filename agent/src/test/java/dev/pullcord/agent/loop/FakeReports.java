package dev.pullcord.agent.loop;

import dev.pullcord.agent.report.Reports;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what was reported. */
final class FakeReports implements Reports {
  record Made(long revision, NodeStatus status, List<StepRecord> steps) {}

  final List<Made> made = new CopyOnWriteArrayList<>();

  @Override
  public void record(
      long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps) {
    made.add(new Made(revision, status, steps));
  }

  @Override
  public int spooled() {
    return 0;
  }

  List<StepRecord> steps() {
    return made.stream().flatMap(m -> m.steps().stream()).toList();
  }
}
