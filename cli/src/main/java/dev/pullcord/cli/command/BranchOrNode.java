package dev.pullcord.cli.command;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.function.Supplier;

/**
 * Says it when a branch was typed where a node is expected, or a node where a branch is: the verbs
 * differ in what comes first. Nobody is asked before the server has refused.
 */
public final class BranchOrNode {
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
      if (refused.exitCode() == ExitCode.REFUSED
          && context.server().fleet() instanceof ServerReply.Got<Fleet>(Fleet fleet)) {
        List<String> branches = fleet.refs().stream().map(Fleet.Ref::ref).toList();
        for (String word : words) {
          if (branches.contains(word)) {
            throw new Failure(refused.exitCode(), word + " is a branch, and no node: " + how);
          }
        }
      }
      throw refused;
    }
  }

  /**
   * Asks for something with a branch in it.
   *
   * @param how what to type for a node
   */
  public static <T> T branch(VerbContext context, String word, String how, Supplier<T> request) {
    try {
      return request.get();
    } catch (Failure refused) {
      boolean answered =
          refused.exitCode() == ExitCode.REFUSED || refused.exitCode() == ExitCode.USAGE;
      if (answered && isNode(context, word)) {
        throw new Failure(refused.exitCode(), word + " is a node, and no branch: " + how);
      }
      throw refused;
    }
  }

  private static boolean isNode(VerbContext context, String word) {
    return word.matches(NodeName.PATTERN)
        && context.server().node(new NodeName(word)) instanceof ServerReply.Got;
  }
}
