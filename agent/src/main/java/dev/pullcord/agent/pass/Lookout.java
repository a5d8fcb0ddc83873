package dev.pullcord.agent.pass;

import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.worker.FlapGuard;
import dev.pullcord.agent.worker.Kinds;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.WorkerStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * After a pass that found everything as it should be: looks at what has the work, of the kinds that
 * can be alive and not at work. A complaint takes the node out of converged until there is none.
 */
final class Lookout {
  private static final Duration AFTER_A_COMPLAINT = Duration.ofSeconds(1);

  private final Tools tools;

  Lookout(Tools tools) {
    this.tools = tools;
  }

  /**
   * The result, or the complaint in its place.
   *
   * @param leaving those that are to end: that they give their work up is as it should be
   */
  PassResult over(PassResult result, String ref, List<Generation> leaving) throws IOException {
    if (!result.settled()) {
      return result;
    }
    List<String> unproven = new ArrayList<>();
    for (Generation generation : history().generations().values()) {
      Optional<WorkerSpec> spec = Kinds.startedAs(generation, history());
      if (generation.hasWork() && !leaving.contains(generation) && spec.isPresent()) {
        WorkerKind kind = tools.kinds().of(spec.get());
        WorkerKind.Charge charge =
            new WorkerKind.Charge(
                generation,
                spec.get(),
                tools.places().of(generation, spec.get(), ref),
                () -> tools.workers().works(generation));
        Optional<String> complaint = kind.complaint(charge);
        if (complaint.isPresent()) {
          return new PassResult(
              NodeState.FAILED,
              "worker " + generation.worker() + " " + complaint.get(),
              ExitCode.FAILED);
        }
        if (noted(generation, kind.provenNow(charge)).startsWith(WorkerStatus.UNPROVEN)) {
          unproven.add(generation.worker());
        }
      }
    }
    Optional<FlapGuard.Unsettled> unsettled = tools.flaps().unsettled();
    if (unsettled.isPresent()) {
      FlapGuard.Unsettled worker = unsettled.get();
      return new PassResult(NodeState.FAILED, worker.reason(), worker.until(), ExitCode.FAILED);
    }
    return unproven.isEmpty() ? result : result.but("unproven: " + String.join(", ", unproven));
  }

  private String noted(Generation generation, Optional<String> proof) {
    proof
        .filter(now -> !now.equals(generation.proof()))
        .ifPresent(now -> tools.journal().append(new Entry.Proven(generation.number(), now)));
    return proof.orElse("");
  }

  /** How long until it is to look again; empty when it never has to. */
  Optional<Duration> again(PassResult result) {
    Optional<Duration> often =
        history().generations().values().stream()
            .flatMap(generation -> Kinds.startedAs(generation, history()).stream())
            .flatMap(spec -> tools.kinds().of(spec).looksEvery().stream())
            .min(Duration::compareTo);
    Optional<Duration> settles = tools.flaps().unsettled().map(FlapGuard.Unsettled::left);
    return Stream.concat(
            often
                .map(every -> result.state() == NodeState.FAILED ? AFTER_A_COMPLAINT : every)
                .stream(),
            settles.stream())
        .min(Duration::compareTo);
  }

  private AgentHistory history() {
    return tools.journal().history();
  }
}
