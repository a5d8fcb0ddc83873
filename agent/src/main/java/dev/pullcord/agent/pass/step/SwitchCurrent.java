package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.activate.Switch;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.plan.PassMode;
import dev.pullcord.protocol.report.StepRecord;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Points {@code current} to a release, or takes it away. Undone by switching back. */
final class SwitchCurrent implements StepOperation {
  private final @Nullable String named;
  private final Switch link;

  /**
   * To a release.
   *
   * @param named one that is there already; null for the one that was just staged
   */
  SwitchCurrent(@Nullable String named, Switch link) {
    this.named = named;
    this.link = link;
  }

  @Override
  public StepResult apply(StepScope scope) {
    String release = scope.release(named);
    scope.show("switching to " + release);
    return scope.measure(
        scope.mode() == PassMode.RESTORE ? StepRecord.Kind.ROLLBACK : StepRecord.Kind.SWITCH,
        release,
        () -> {
          String before = scope.history().active();
          List<String> links = link.to(release);
          String swapped =
              "current: " + Objects.requireNonNullElse(before, "nothing") + " -> " + release;
          return StepResult.ok(
              links.isEmpty() ? swapped : swapped + "\n" + String.join("\n", links));
        });
  }

  /** Takes {@code current} away: the first deployment failed, there is nothing to go back to. */
  static StepOperation toNothing(Switch link) {
    return scope -> {
      scope.show("taking the first release back");
      return scope.measure(
          StepRecord.Kind.ROLLBACK,
          "current",
          () -> {
            link.clear();
            return StepResult.ok("current: removed, there is no earlier release");
          });
    };
  }
}
