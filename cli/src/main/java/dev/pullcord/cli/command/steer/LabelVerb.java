package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.mixin.NodeSelector;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.id.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pullcord label NODE… KEY=VALUE… KEY-…}: sets labels and removes others. */
@Command(name = "label", description = "Set labels of nodes, or remove them.")
public final class LabelVerb extends Verb {
  @Parameters(
      paramLabel = "NODE... KEY=VALUE... KEY-...",
      arity = "1..*",
      hideParamSyntax = true,
      description =
          "The nodes, the labels to set, and the labels to remove, each with a - at its end.")
  List<String> words = new ArrayList<>();

  @Mixin NodeSelector selector = new NodeSelector();

  private final List<String> names = new ArrayList<>();
  private final Map<String, String> set = new LinkedHashMap<>();
  private final List<String> remove = new ArrayList<>();

  /** The verb. */
  public LabelVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    sort();
    Requests.Labels change = new Requests.Labels(set, remove);
    return new OneByOne<NodeView>(context)
        .ask(
            selector.resolve(context, names),
            node -> context.server().label(node, change),
            (_, now) -> now.name() + "  labels: " + NodeRows.labels(now.labels(), "none"))
        .answers(nodes -> new NodeView.Page(nodes, null));
  }

  /** A node's name has no = and no - at its end. */
  private void sort() {
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0 && word.length() > 1 && word.endsWith("-")) {
        remove.add(word.substring(0, word.length() - 1));
      } else if (equals < 0) {
        names.add(word);
      } else if (set.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
        throw Failure.usage(Quoted.of(word) + ": this label is given twice");
      }
    }
    if (set.isEmpty() && remove.isEmpty()) {
      throw Failure.usage("which labels? KEY=VALUE sets one, KEY- removes it");
    }
  }
}
