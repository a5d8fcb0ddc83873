package dev.pullcord.cli.command;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Says it when a branch was typed where a node is expected, or a node where a branch is: the verbs
 * differ in what comes first. Nobody is asked before the server has refused.
 */
public final class BranchOrNode {
  /** What the server says of a branch that it does not know, or that has no rollout. */
  private static final Set<String> NO_BRANCH = Set.of("REF_MISSING", "ROLLOUT_MISSING");

  private BranchOrNode() {}

  /**
   * Asks for something with nodes in it.
   *
   * @param words where nodes are expected
   * @param how what to type for a branch
   */
  public static <T> T nodes(
      VerbContext context, List<String> words, String how, Supplier<T> request) {
    try {
      return request.get();
    } catch (Failure refused) {
      if (refused.exitCode() == ExitCode.REFUSED) {
        Optional<String> first = firstRefused(context, words);
        if (first.isPresent() && isBranch(context, first.get()).orElse(false)) {
          throw new Failure(refused.exitCode(), first.get() + " is a branch, and no node: " + how);
        }
      }
      throw refused;
    }
  }

  /**
   * The value that was asked for with a branch in it.
   *
   * @param how what to type for a node
   */
  public static <T> T branch(VerbContext context, String word, String how, ServerReply<T> answer) {
    boolean unknown = answer.refusal().filter(p -> NO_BRANCH.contains(p.code())).isPresent();
    try {
      return Replies.need(answer);
    } catch (Failure refused) {
      if (unknown && isNode(context, word) && !isBranch(context, word).orElse(true)) {
        throw new Failure(refused.exitCode(), word + " is a node, and no branch: " + how);
      }
      throw refused;
    }
  }

  /** The first that is no node; empty where another reason comes before it. */
  private static Optional<String> firstRefused(VerbContext context, List<String> words) {
    for (String word : words) {
      ServerReply<NodeView> node = context.server().node(new NodeName(word));
      if (!(node instanceof ServerReply.Got)) {
        return Replies.missing(node) ? Optional.of(word) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Empty where the server does not say. */
  private static Optional<Boolean> isBranch(VerbContext context, String word) {
    return context.server().fleet() instanceof ServerReply.Got<Fleet>(Fleet fleet)
        ? Optional.of(fleet.refs().stream().anyMatch(ref -> ref.ref().equals(word)))
        : Optional.empty();
  }

  private static boolean isNode(VerbContext context, String word) {
    return word.matches(NodeName.PATTERN)
        && context.server().node(new NodeName(word)) instanceof ServerReply.Got;
  }
}
