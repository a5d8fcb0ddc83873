package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.StepRecord;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings a commit here and reads it for a node with its labels; the last one is remembered. */
public final class FetchCommit {
  private final Source source;
  private @Nullable Snapshot last;

  /** From there. */
  public FetchCommit(Source source) {
    this.source = source;
  }

  /**
   * The commit.
   *
   * @param scope of the pass that fetches, if something has to be fetched
   */
  public SourceResult of(CommitId target, Map<String, String> labels, Supplier<StepScope> scope) {
    if (last != null && last.commit().equals(target) && last.labels().equals(labels)) {
      return new SourceResult.Obtained(last, "");
    }
    StepScope pass = scope.get();
    var begun = pass.begins(StepRecord.Kind.FETCH, target.abbreviated());
    SourceResult fetched = source.obtain(target).on(labels);
    pass.ended(begun, result(fetched));
    if (fetched instanceof SourceResult.Obtained(Snapshot snapshot, String _)) {
      last = snapshot;
    }
    return fetched;
  }

  private static StepResult result(SourceResult fetched) {
    return switch (fetched) {
      case SourceResult.Obtained(Snapshot _, String text) -> StepResult.ok(text);
      case SourceResult.Refused(String reason, String text) ->
          StepResult.releaseFault(reason, null, text);
      case SourceResult.Unavailable(String reason, String text) ->
          StepResult.environmentFault(reason, text);
    };
  }
}
