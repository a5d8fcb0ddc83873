package dev.pullcord.cli.command.deploy;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.ProgressLines;
import dev.pullcord.cli.mixin.NodeFilter;
import dev.pullcord.cli.mixin.Times;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.EventBell;
import dev.pullcord.protocol.error.ExitCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code pullcord wait}: until converged. Failure modes: a server that goes away meanwhile is
 * waited for within the time given; one that was never there ends it at once.
 */
@Command(
    name = "wait",
    description =
        "Wait until the nodes run a commit. Exit 0 all converged, 1 not all, 2 nobody is selected,"
            + " 3 out of time, 4 no such commit.")
public final class WaitVerb extends Verb {
  private static final Duration GRACE_FOR_A_NEW_COMMIT = Duration.ofSeconds(3);

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "COMMIT|REF",
      description = "The commit or branch; default: what each node is to run.")
  @Nullable String word;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "How long at most; default: ${DEFAULT-VALUE}.")
  String timeout = "";

  @Mixin NodeFilter filter = new NodeFilter();

  @Option(
      names = "--offline",
      paramLabel = "ok",
      description = "ok: do not count nodes that are offline.")
  @Nullable OfflineNodes offline;

  private final Set<String> told = new HashSet<>();

  /** The verb. */
  public WaitVerb(VerbContext context) {
    super(context);
  }

  /** What offline nodes mean to the verdict. */
  enum OfflineNodes {
    /** They do not count. */
    ok
  }

  @Override
  protected View run() throws InterruptedException {
    Duration limit = Times.limit("--timeout", timeout);
    long startedAt = context.host().clock().nanoTime();
    ProgressLines progress = new ProgressLines(context.console().signs(), context::tell);
    try (EventBell bell = context.server().bell()) {
      Waiting now = look(bell, startedAt, limit);
      Duration elapsed = elapsed(startedAt);
      Optional<WaitOutcome> outcome = outcome(now.look(), elapsed, limit);
      if (outcome.isEmpty()) { // else the summary tells all
        tell(now.look());
        progress.look(elapsed, now.look().nodes());
      }
      while (outcome.isEmpty()) {
        bell.await(limit.minus(elapsed));
        now = again(now, bell, startedAt, limit);
        elapsed = elapsed(startedAt);
        outcome = outcome(now.look(), elapsed, limit);
        tell(now.look());
        progress.look(elapsed, now.look().nodes());
      }
      return new WaitSummary(now.target(), now.look(), outcome.get(), elapsed)
          .view(context.console().signs(), offline != null);
    }
  }

  private record Waiting(WaitTarget target, WaitTarget.Progress look) {}

  private Waiting look(EventBell bell, long startedAt, Duration limit) throws InterruptedException {
    WaitTarget target = target(bell, startedAt, limit);
    return new Waiting(target, target.look(context.server()));
  }

  /** Tells each page, and what reaches no node, once. */
  private void tell(WaitTarget.Progress look) {
    look.deployments().stream()
        .map(d -> context.server().page(d.id()))
        .filter(told::add)
        .forEach(page -> context.tell(StyledLine.of(Style.FAINT, page)));
    look.unreached().stream()
        .filter(told::add)
        .forEach(line -> context.tell(StyledLine.of(Style.BAD, line)));
  }

  private Optional<WaitOutcome> outcome(
      WaitTarget.Progress look, Duration elapsed, Duration limit) {
    boolean reached = look.unreached().isEmpty(); // else the server tries again by itself
    Verdict verdict = reached ? Verdict.of(look.nodes(), offline != null) : Verdict.UNDERWAY;
    if (verdict == Verdict.CONVERGED && !look.nodes().isEmpty()) {
      return Optional.of(WaitOutcome.CONVERGED);
    }
    if (reached && look.supersededBy() != null) {
      return Optional.of(WaitOutcome.SUPERSEDED);
    }
    if (verdict == Verdict.INCOMPLETE) {
      return Optional.of(WaitOutcome.INCOMPLETE);
    }
    return elapsed.compareTo(limit) >= 0 ? Optional.of(WaitOutcome.TIMEOUT) : Optional.empty();
  }

  private Waiting again(Waiting before, EventBell bell, long startedAt, Duration limit)
      throws InterruptedException {
    try {
      return before.look().unreached().isEmpty()
          ? new Waiting(before.target(), before.target().look(context.server()))
          : look(bell, startedAt, limit); // what was pushed may have its deployment now
    } catch (Failure failure) {
      boolean inTime = elapsed(startedAt).compareTo(limit) < 0;
      if (failure.exitCode() == ExitCode.UNREACHABLE && inTime) {
        return before; // a server that restarts comes back; the agents go on without it
      }
      throw failure;
    }
  }

  private WaitTarget target(EventBell bell, long startedAt, Duration limit)
      throws InterruptedException {
    if (word == null) {
      return new WaitTarget.OwnTargets(filter.labels());
    }
    TargetFinder finder = new TargetFinder(context.server());
    Duration grace = limit.compareTo(GRACE_FOR_A_NEW_COMMIT) < 0 ? limit : GRACE_FOR_A_NEW_COMMIT;
    while (true) {
      List<String> unreached = finder.unreached(); // before: where it is over, find has it
      Optional<TargetFinder.Found> found = finder.find(word);
      if (found.isPresent()) {
        return CommitTarget.of(context.server(), found.get(), filter.labels());
      }
      unreached.stream()
          .filter(told::add)
          .forEach(line -> context.tell(StyledLine.of(Style.BAD, line)));
      Duration left = (unreached.isEmpty() ? grace : limit).minus(elapsed(startedAt));
      if (left.isNegative() || left.isZero()) {
        throw unknown(unreached);
      }
      bell.await(left); // git push -o nowait: the ref has moved, its deployment follows
    }
  }

  private Failure unknown(List<String> unreached) {
    return new Failure(
        unreached.isEmpty() ? ExitCode.REFUSED : ExitCode.TIMEOUT,
        "the server knows no deployment of "
            + (TargetFinder.isCommit(String.valueOf(word)) ? "commit " : "")
            + word
            + (unreached.isEmpty()
                ? "; pullcord deployments lists them"
                : "; " + String.join("; ", unreached)));
  }

  private Duration elapsed(long startedAt) {
    return Duration.ofNanos(context.host().clock().nanoTime() - startedAt);
  }
}
