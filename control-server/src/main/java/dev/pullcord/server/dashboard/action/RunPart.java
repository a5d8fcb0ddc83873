package dev.pullcord.server.dashboard.action;

import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.dashboard.StateSign.Tone;
import java.time.Duration;

/**
 * A node's part in a run, for its page.
 *
 * @param node as the server has it
 * @param tail the end of what it wrote
 */
record RunPart(RunView.NodeRun node, String tail) {
  /** Of what a node wrote so many characters are shown. */
  private static final int OUTPUT_SHOWN = 16 << 10;

  static RunPart of(RunView.NodeRun node) {
    String output = node.output();
    int from = Math.max(0, output.length() - OUTPUT_SHOWN);
    int line = from == 0 ? 0 : output.indexOf('\n', from) + 1;
    return new RunPart(node, output.substring(line > 0 ? line : from));
  }

  RunSign sign() {
    return RunSign.of(node.state());
  }

  /** Whether both failed, for the same reason and with the same words. */
  boolean alike(RunPart other) {
    return sign().tone() == Tone.BAD
        && sign() == other.sign()
        && node.reason().equals(other.node.reason())
        && tail.equals(other.tail);
  }

  /** Whether something stands before what is shown. */
  boolean cut() {
    return node.cut() > 0 || tail.length() < node.output().length();
  }

  String took() {
    Long millis = node.tookMillis();
    return millis == null || !node.state().ended()
        ? ""
        : Durations.human(Duration.ofMillis(millis));
  }
}
