package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;

/**
 * One node in one line of a progress or a summary.
 *
 * @param name its name
 * @param state relative to what is waited for
 * @param reason why
 * @param triesAgain whether its agent tries again by itself what failed
 */
public record NodeLine(NodeName name, NodeState state, String reason, boolean triesAgain) {
  /** A node relative to its own target. */
  public static NodeLine of(NodeView node) {
    return new NodeLine(node.name(), node.state(), node.reason(), node.retryAt() != null);
  }

  /** A node relative to a deployment's commit. */
  public static NodeLine of(DeploymentView.Member member) {
    return new NodeLine(member.name(), member.state(), member.reason(), member.retryAt() != null);
  }

  /** Sign, name, state, reason. */
  public StyledLine line(Signs signs, int nameWidth) {
    return line(name.value(), signs, nameWidth);
  }

  /** Sign, name and state of one that is as another, of which the reason was said. */
  public StyledLine as(NodeName other, Signs signs, int nameWidth) {
    return new NodeLine(name, state, "", triesAgain).line(signs, nameWidth).add(", as " + other);
  }

  /** The same of several nodes that are equal in it. */
  StyledLine line(String who, Signs signs, int width) {
    String padding = " ".repeat(Math.max(0, width - who.length()));
    return signs.of(state).add(Style.STRONG, " " + who).add(padding + "  " + state.because(reason));
  }
}
