package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.ProcessTable;
import dev.pullcord.protocol.unit.NameList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says in words what a generation is, how it came to its end, and what it wrote last.
 *
 * @param runners know its processes
 * @param places know its log
 */
public record WorkerWords(Runners runners, Places places) {
  private static final int OBITUARY_BYTES = 4 << 10;
  private static final int TAIL_BYTES = 16 << 10;
  private static final int PIDS_SHOWN = 5;

  /** The process to show of a generation: the main one, or one that it has left behind. */
  public Optional<ProcessId> shown(Generation generation) {
    ProcessId main = generation.process();
    return runners.works(generation)
        ? Optional.ofNullable(main)
        : left(generation).stream().findFirst();
  }

  List<ProcessId> left(Generation generation) {
    return ProcessTable.heads(runners.of(generation).rest(generation));
  }

  /** {@code draining pid 17}, and whether that is only what the main process has left behind. */
  public String draining(Generation generation) {
    return "draining "
        + pids(generation)
        + (isLeftBehind(generation) ? ", left behind by its main process," : "");
  }

  /** Whether its main process is gone, and others of it may live. */
  public boolean isLeftBehind(Generation generation) {
    return runners.knowsTheProcess(generation) && !runners.works(generation);
  }

  /** {@code pid 17}, or what its main process has left behind: {@code pids 18, 19, 20}. */
  public String pids(Generation generation) {
    ProcessId main = generation.process();
    if (main != null && runners.works(generation)) {
      return "pid " + main.pid();
    }
    List<String> left = left(generation).stream().map(p -> "" + p.pid()).toList();
    return switch (left.size()) {
      case 0 -> "generation " + generation.number();
      case 1 -> "pid " + left.getFirst();
      default -> "pids " + NameList.folded(left, PIDS_SHOWN);
    };
  }

  /** What is known of a start that went well: its process, or what its command wrote. */
  String started(Generation generation, @Nullable ProcessId process) {
    return process == null
        ? "no process of its own\n" + logTail(generation)
        : "pid " + process.pid();
  }

  /** How a generation that is gone came to its end and the last thing it said, in one line. */
  public String obituary(Generation generation) {
    String last = StepResult.lastLine(places.envFiles().logTail(generation, OBITUARY_BYTES));
    return death(generation) + (last.isEmpty() ? "" : ": " + last);
  }

  private String death(Generation generation) {
    Runner runner = runners.of(generation);
    return runner
        .neverStarted(generation)
        .or(() ->
            runner
                .exitCode(generation)
                .map(code -> "worker " + generation.worker() + " exited " + code))
        .or(() ->
            runner
                .undone(generation)
                .map(how -> "worker " + generation.worker() + " ended: " + how))
        .orElseGet(() -> "worker " + generation.worker() + " " + runner.ended());
  }

  /** The end of what it wrote, for the transcript. */
  public String logTail(Generation generation) {
    return places.envFiles().logTail(generation, TAIL_BYTES);
  }
}
