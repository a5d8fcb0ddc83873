package dev.pullcord.agent.history;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The result of a step, with whose fault it was. Steps report, they do not throw.
 *
 * @param outcome who is at fault, if anybody
 * @param reason one line for people; empty when all went well
 * @param exitCode of its command, where one ran and ended by itself
 * @param output for the transcript
 */
public record StepResult(
    StepRecord.Outcome outcome, String reason, @Nullable Integer exitCode, String output) {
  private static final int REASON_LIMIT = 300;

  /** As wanted. */
  public static StepResult ok(String output) {
    return new StepResult(StepRecord.Outcome.OK, "", null, output);
  }

  /** As wanted, of what ended with a code. */
  public static StepResult exited(@Nullable Integer exitCode, String output) {
    return new StepResult(StepRecord.Outcome.OK, "", exitCode, output);
  }

  /** The release is at fault. */
  public static StepResult releaseFault(String reason, @Nullable Integer exit, String output) {
    return new StepResult(StepRecord.Outcome.RELEASE_FAULT, reason, exit, output);
  }

  /** The environment is at fault. */
  public static StepResult environmentFault(String reason, String output) {
    return new StepResult(StepRecord.Outcome.ENVIRONMENT_FAULT, reason, null, output);
  }

  /** Something newer came first. */
  public static StepResult abandoned(String reason, String output) {
    return new StepResult(StepRecord.Outcome.ABANDONED, reason, null, output);
  }

  /** Does a step; what the disk refuses comes back as a fault of the environment. */
  public static StepResult guarded(Callable<StepResult> step) {
    try {
      return step.call();
    } catch (IOException e) {
      return environmentFault(FileFault.of(e), FileFault.of(e));
    } catch (UncheckedIOException e) {
      return environmentFault(FileFault.of(e), FileFault.of(e));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("steps throw nothing else", e);
    }
  }

  /** Whether the next step may run. */
  public boolean succeeded() {
    return outcome == StepRecord.Outcome.OK;
  }

  /** With what was said before it. */
  public StepResult after(StepResult earlier) {
    return earlier.output.isEmpty()
        ? this
        : new StepResult(outcome, reason, exitCode, (earlier.output + "\n" + output).strip());
  }

  /** The last line of an output that says something, cut to what fits into a reason. */
  public static String lastLine(String output) {
    String last = output.lines().filter(line -> !line.isBlank()).reduce("", (a, b) -> b).strip();
    return last.length() > REASON_LIMIT ? last.substring(0, REASON_LIMIT) + "…" : last;
  }
}
