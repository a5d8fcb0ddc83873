package dev.pullcord.agent.report;

import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** For an agent without a server: nobody is told, and nothing is kept. */
public final class NoReports implements Reports {
  @Override
  public void record(
      long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps) {}

  @Override
  public void began(Supplier<Optional<Progress>> progress) {}

  @Override
  public int spooled() {
    return 0;
  }
}
