package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Selection;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerClient;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.error.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord worker stop}, {@code start} and {@code restart}: one act on some workers. */
@Command
public final class WorkerOrderVerb extends Verb {
  private final WorkerAct act;

  @Parameters(paramLabel = "NODE", arity = "0..*", description = "The nodes.")
  List<String> names = new ArrayList<>();

  @Mixin NodeSelector selector = new NodeSelector();

  @Option(
      names = "--worker",
      paramLabel = "NAME",
      description = "This worker; without it all of them, or all that are stopped to start.")
  @Nullable String worker;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; others read it.")
  @Nullable String reason;

  private WorkerOrderVerb(VerbContext context, WorkerAct act) {
    super(context);
    this.act = act;
  }

  /** The verb of that act. */
  public static CommandLine of(VerbContext context, WorkerAct act) {
    CommandLine line = new CommandLine(new WorkerOrderVerb(context, act));
    line.getCommandSpec()
        .name(act.word())
        .usageMessage()
        .description(
            switch (act) {
              case STOP -> "Drain and stop workers; they stay stopped until they are started.";
              case START -> "Run workers again that were stopped.";
              case RESTART -> "Restart workers once, as the manifest says how.";
            });
    return line;
  }

  @Override
  protected ExitCode run() {
    ServerClient server = context.server();
    ExitCode worst = ExitCode.DONE;
    List<NodeView> asked = new ArrayList<>();
    for (NodeView node : Selection.resolve(server, names, selector.labels)) {
      boolean worked = false;
      Set<String> workers = workers(node);
      if (workers.isEmpty()) {
        worst = nothing(node, worst);
      }
      for (String one : workers) {
        try {
          Replies.need(server.order(node.name(), one, act, reason));
          worked = true;
          if (!context.json()) {
            context.console().line(node.name() + ": " + one + " is being " + act.past());
          }
        } catch (Failure refused) {
          context.console().error(node.name() + ": " + refused.line());
          worst = refused.exitCode();
          if (worst == ExitCode.UNREACHABLE) {
            return worst; // the others would only wait for the same silence
          }
        }
      }
      if (worked) {
        asked.add(node);
      }
    }
    if (context.json()) {
      context.console().json(Selection.again(server, asked));
    }
    return worst == ExitCode.DONE || asked.isEmpty() ? worst : ExitCode.FAILED;
  }

  /** To start what is not stopped is done already; to stop what is not there cannot be meant. */
  private ExitCode nothing(NodeView node, ExitCode worst) {
    if (act == WorkerAct.START) {
      context.console().error(node.name() + ": none of its workers is stopped");
      return worst;
    }
    String stopped = node.stopped().isEmpty() ? "" : " that is not stopped";
    context.console().error(node.name() + ": it has no worker" + stopped);
    return ExitCode.FAILED;
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
