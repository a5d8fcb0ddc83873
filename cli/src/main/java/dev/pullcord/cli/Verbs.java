package dev.pullcord.cli;

import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.access.Audit;
import dev.pullcord.cli.command.access.Clone;
import dev.pullcord.cli.command.access.GitCredential;
import dev.pullcord.cli.command.access.InvitationRevoke;
import dev.pullcord.cli.command.access.Invitations;
import dev.pullcord.cli.command.access.Invite;
import dev.pullcord.cli.command.access.LoginVerb;
import dev.pullcord.cli.command.access.TokenCreate;
import dev.pullcord.cli.command.access.TokenRevoke;
import dev.pullcord.cli.command.access.Tokens;
import dev.pullcord.cli.command.deploy.Deployment;
import dev.pullcord.cli.command.deploy.Deployments;
import dev.pullcord.cli.command.deploy.Plan;
import dev.pullcord.cli.command.deploy.Wait;
import dev.pullcord.cli.command.fleet.Follow;
import dev.pullcord.cli.command.fleet.Label;
import dev.pullcord.cli.command.fleet.Logs;
import dev.pullcord.cli.command.fleet.Node;
import dev.pullcord.cli.command.fleet.NodeRemove;
import dev.pullcord.cli.command.fleet.Nodes;
import dev.pullcord.cli.command.fleet.Pin;
import dev.pullcord.cli.command.fleet.Pins;
import dev.pullcord.cli.command.fleet.Ps;
import dev.pullcord.cli.command.fleet.Retry;
import dev.pullcord.cli.command.fleet.Status;
import dev.pullcord.cli.command.fleet.Unpin;
import dev.pullcord.cli.command.fleet.Why;
import dev.pullcord.cli.command.fleet.Worker;
import dev.pullcord.cli.command.fleet.WorkerKill;
import dev.pullcord.cli.command.fleet.WorkerOrder;
import dev.pullcord.cli.completion.Completion;
import dev.pullcord.protocol.api.WorkerAct;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** All verbs, in the order in which the help lists them. */
final class Verbs {
  private static final Map<String, Function<Desk, Verb>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("login", LoginVerb::new);
    ALL.put("clone", Clone::new);
    ALL.put("status", Status::new);
    ALL.put("nodes", Nodes::new);
    ALL.put("node", Node::new);
    ALL.put("why", Why::new);
    ALL.put("ps", Ps::new);
    ALL.put("logs", Logs::new);
    ALL.put("plan", Plan::new);
    ALL.put("wait", Wait::new);
    ALL.put("deployments", Deployments::new);
    ALL.put("deployment", Deployment::new);
    ALL.put("pin", Pin::new);
    ALL.put("unpin", Unpin::new);
    ALL.put("pins", Pins::new);
    ALL.put("retry", Retry::new);
    ALL.put("worker", Worker::new);
    ALL.put("follow", Follow::new);
    ALL.put("label", Label::new);
    ALL.put("invite", Invite::new);
    ALL.put("invitations", Invitations::new);
    ALL.put("tokens", Tokens::new);
    ALL.put("audit", Audit::new);
    ALL.put("completion", Completion::new);
    ALL.put("git-credential", GitCredential::new);
  }

  private Verbs() {}

  /** Adds one verb; false when there is none of that name. */
  static boolean add(CommandLine command, Desk desk, String name) {
    Function<Desk, Verb> verb = ALL.get(name);
    if (verb == null) {
      return false;
    }
    if (!command.getSubcommands().containsKey(name)) {
      CommandLine made = new CommandLine(verb.apply(desk));
      if (name.equals("node")) {
        made.addSubcommand(new CommandLine(new NodeRemove(desk)));
      } else if (name.equals("worker")) {
        for (WorkerAct act : WorkerAct.values()) {
          made.addSubcommand(WorkerOrder.of(desk, act));
        }
        made.addSubcommand(new CommandLine(new WorkerKill(desk)));
      } else if (name.equals("invitations")) {
        made.addSubcommand(new CommandLine(new InvitationRevoke(desk)));
      } else if (name.equals("tokens")) {
        made.addSubcommand(new CommandLine(new TokenCreate(desk)));
        made.addSubcommand(new CommandLine(new TokenRevoke(desk)));
      }
      command.addSubcommand(name, made);
    }
    return true;
  }

  static void addAll(CommandLine command, Desk desk) {
    ALL.keySet().forEach(name -> add(command, desk, name));
  }
}
