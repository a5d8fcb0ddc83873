package dev.pullcord.cli.command.steer;

import dev.pullcord.cli.command.OneByOne;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.command.view.NodeRows;
import dev.pullcord.cli.mixin.Confirmed;
import dev.pullcord.cli.mixin.NodeSelection;
import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.NameList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code pullcord worker stop}, {@code start} and {@code restart}: one act on some workers. */
@Command
public final class WorkerOrderVerb extends Verb {
  private final WorkerAct act;

  @Mixin NodeSelection selection = new NodeSelection();

  @Option(
      names = "--worker",
      paramLabel = "NAME",
      description = "Only this worker; default: all workers, for start all that are stopped.")
  @Nullable String worker;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; others read it.")
  @Nullable String reason;

  /** An option of {@code stop} alone: nobody is asked before the others. */
  private final Confirmed confirmed = new Confirmed();

  private WorkerOrderVerb(VerbContext context, WorkerAct act) {
    super(context);
    this.act = act;
  }

  /** The verb of that act. */
  public static CommandLine of(VerbContext context, WorkerAct act) {
    WorkerOrderVerb verb = new WorkerOrderVerb(context, act);
    CommandLine line = new CommandLine(verb);
    if (act == WorkerAct.STOP) {
      CommandSpec asks = CommandSpec.forAnnotatedObject(verb.confirmed);
      line.getCommandSpec().addMixin("confirmed", asks);
    }
    line.getCommandSpec()
        .name(act.word())
        .usageMessage()
        .description(
            switch (act) {
              case STOP -> "Drain and stop workers; they stay stopped until they are started.";
              case START -> "Start workers that were stopped.";
              case RESTART -> "Restart workers once, in the way that the manifest says.";
            });
    return line;
  }

  @Override
  protected View run() {
    OneByOne<Done> orders = new OneByOne<>(context);
    List<NodeView> nodes = selection.nodes(context);
    if (act == WorkerAct.STOP) {
      confirmStop(nodes);
    }
    for (NodeView node : nodes) {
      Set<String> workers = workers(node);
      if (workers.isEmpty()) {
        nothing(node, orders);
      }
      for (String one : workers) {
        orders.ask(
            node, name -> context.server().order(name, one, act, reason), _ -> line(node, one));
      }
    }
    return orders.nodes();
  }

  /** Several stop with one word: whoever sits there sees which. */
  private void confirmStop(List<NodeView> nodes) {
    List<String> meant =
        nodes.stream()
            .flatMap(node -> workers(node).stream().map(one -> one + " of " + node.name()))
            .toList();
    if (meant.size() > 1) {
      confirmed.insistAtTerminal(
          context,
          "%s: %d workers finish their work and stay stopped until pullcord worker start. Go on?"
              .formatted(NameList.folded(meant), meant.size()));
    }
  }

  private String line(NodeView node, String name) {
    String away = NodeRows.away(node);
    return away.isEmpty()
        ? node.name()
            + ": "
            + name
            + " is being "
            + act.past()
            + (act == WorkerAct.STOP ? ", until pullcord worker start " + node.name() : "")
        : "%s is %s: asked to %s %s when it comes back"
            .formatted(node.name(), away, act.word(), name);
  }

  /** To start what is not stopped is done already; to stop what is not there cannot be meant. */
  private void nothing(NodeView node, OneByOne<Done> orders) {
    if (act == WorkerAct.START) {
      orders.failed(node, "none of its workers is stopped", ExitCode.DONE);
      return;
    }
    String stopped = node.stopped().isEmpty() ? "" : " that is not stopped";
    orders.failed(node, "it has no worker" + stopped, ExitCode.FAILED);
  }

  private Set<String> workers(NodeView node) {
    if (worker != null) {
      return Set.of(worker);
    }
    Set<String> workers = new TreeSet<>(node.workers().keySet());
    if (act == WorkerAct.START) {
      return new TreeSet<>(node.stopped().keySet());
    }
    if (act == WorkerAct.RESTART) {
      workers.removeAll(node.stopped().keySet());
    }
    return workers;
  }
}
