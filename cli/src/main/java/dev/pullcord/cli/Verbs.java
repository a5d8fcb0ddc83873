package dev.pullcord.cli;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.access.AuditVerb;
import dev.pullcord.cli.command.access.InvitationsVerb;
import dev.pullcord.cli.command.access.InviteVerb;
import dev.pullcord.cli.command.access.RevokeVerb;
import dev.pullcord.cli.command.access.TokenCreateVerb;
import dev.pullcord.cli.command.access.TokensVerb;
import dev.pullcord.cli.command.alert.AlertsRetryVerb;
import dev.pullcord.cli.command.alert.AlertsTestVerb;
import dev.pullcord.cli.command.alert.AlertsVerb;
import dev.pullcord.cli.command.deploy.DeploymentVerb;
import dev.pullcord.cli.command.deploy.DeploymentsVerb;
import dev.pullcord.cli.command.deploy.PlanVerb;
import dev.pullcord.cli.command.deploy.RolloutVerb;
import dev.pullcord.cli.command.deploy.WaitVerb;
import dev.pullcord.cli.command.fleet.FreezesVerb;
import dev.pullcord.cli.command.fleet.GatesVerb;
import dev.pullcord.cli.command.fleet.HistoryVerb;
import dev.pullcord.cli.command.fleet.LogsVerb;
import dev.pullcord.cli.command.fleet.NodeRemoveVerb;
import dev.pullcord.cli.command.fleet.NodeVerb;
import dev.pullcord.cli.command.fleet.NodesVerb;
import dev.pullcord.cli.command.fleet.PinsVerb;
import dev.pullcord.cli.command.fleet.PsVerb;
import dev.pullcord.cli.command.fleet.StatusVerb;
import dev.pullcord.cli.command.fleet.WhyVerb;
import dev.pullcord.cli.command.init.InitVerb;
import dev.pullcord.cli.command.login.CloneVerb;
import dev.pullcord.cli.command.login.ContextUseVerb;
import dev.pullcord.cli.command.login.ContextsVerb;
import dev.pullcord.cli.command.login.GitCredentialVerb;
import dev.pullcord.cli.command.login.LoginVerb;
import dev.pullcord.cli.command.login.LogoutVerb;
import dev.pullcord.cli.command.login.ServersVerb;
import dev.pullcord.cli.command.repository.AcceptRewindVerb;
import dev.pullcord.cli.command.repository.FetchVerb;
import dev.pullcord.cli.command.repository.UpstreamVerb;
import dev.pullcord.cli.command.run.ActionsVerb;
import dev.pullcord.cli.command.run.RunVerb;
import dev.pullcord.cli.command.run.RunsCancelVerb;
import dev.pullcord.cli.command.run.RunsShowVerb;
import dev.pullcord.cli.command.run.RunsVerb;
import dev.pullcord.cli.command.steer.FollowVerb;
import dev.pullcord.cli.command.steer.FreezeVerb;
import dev.pullcord.cli.command.steer.LabelVerb;
import dev.pullcord.cli.command.steer.PinVerb;
import dev.pullcord.cli.command.steer.ResumeNodeVerb;
import dev.pullcord.cli.command.steer.RetryVerb;
import dev.pullcord.cli.command.steer.RollbackVerb;
import dev.pullcord.cli.command.steer.RolloutOrderVerb;
import dev.pullcord.cli.command.steer.SuspendVerb;
import dev.pullcord.cli.command.steer.UnfreezeVerb;
import dev.pullcord.cli.command.steer.UnpinVerb;
import dev.pullcord.cli.command.steer.WorkerKillVerb;
import dev.pullcord.cli.command.steer.WorkerOrderVerb;
import dev.pullcord.cli.command.steer.WorkerVerb;
import dev.pullcord.cli.completion.CompletionValuesVerb;
import dev.pullcord.cli.completion.CompletionVerb;
import dev.pullcord.protocol.api.WorkerAct;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** All verbs, in the order in which the help lists them. */
final class Verbs {
  private static final Map<String, Function<VerbContext, Verb>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("login", LoginVerb::new);
    ALL.put("logout", LogoutVerb::new);
    ALL.put("contexts", ContextsVerb::new);
    ALL.put("servers", ServersVerb::new);
    ALL.put("clone", CloneVerb::new);
    ALL.put("init", InitVerb::new);
    ALL.put("status", StatusVerb::new);
    ALL.put("nodes", NodesVerb::new);
    ALL.put("node", NodeVerb::new);
    ALL.put("why", WhyVerb::new);
    ALL.put("history", HistoryVerb::new);
    ALL.put("ps", PsVerb::new);
    ALL.put("logs", LogsVerb::new);
    ALL.put("plan", PlanVerb::new);
    ALL.put("wait", WaitVerb::new);
    ALL.put("deployments", DeploymentsVerb::new);
    ALL.put("deployment", DeploymentVerb::new);
    ALL.put("rollout", RolloutVerb::new);
    ALL.put("pause", RolloutOrderVerb.Pause::new);
    ALL.put("resume", RolloutOrderVerb.Resume::new);
    ALL.put("promote", RolloutOrderVerb.Promote::new);
    ALL.put("pin", PinVerb::new);
    ALL.put("unpin", UnpinVerb::new);
    ALL.put("pins", PinsVerb::new);
    ALL.put("retry", RetryVerb::new);
    ALL.put("freeze", FreezeVerb::new);
    ALL.put("unfreeze", UnfreezeVerb::new);
    ALL.put("freezes", FreezesVerb::new);
    ALL.put("gates", GatesVerb::new);
    ALL.put("rollback", RollbackVerb::new);
    ALL.put("suspend", SuspendVerb::new);
    ALL.put("resume-node", ResumeNodeVerb::new);
    ALL.put("worker", WorkerVerb::new);
    ALL.put("run", RunVerb::new);
    ALL.put("actions", ActionsVerb::new);
    ALL.put("runs", RunsVerb::new);
    ALL.put("follow", FollowVerb::new);
    ALL.put("label", LabelVerb::new);
    ALL.put("upstream", UpstreamVerb::new);
    ALL.put("fetch", FetchVerb::new);
    ALL.put("accept-rewind", AcceptRewindVerb::new);
    ALL.put("alerts", AlertsVerb::new);
    ALL.put("invite", InviteVerb::new);
    ALL.put("invitations", InvitationsVerb::new);
    ALL.put("tokens", TokensVerb::new);
    ALL.put("audit", AuditVerb::new);
    ALL.put("completion", CompletionVerb::new);
    ALL.put("completion-values", CompletionValuesVerb::new);
    ALL.put("git-credential", GitCredentialVerb::new);
  }

  private Verbs() {}

  /** Adds one verb; false when there is none of that name. */
  static boolean add(CommandLine command, VerbContext context, String name) {
    Function<VerbContext, Verb> verb = ALL.get(name);
    if (verb == null) {
      return false;
    }
    if (!command.getSubcommands().containsKey(name)) {
      CommandLine made = new CommandLine(verb.apply(context));
      if (name.equals("node")) {
        made.addSubcommand(new CommandLine(new NodeRemoveVerb(context)));
      } else if (name.equals("contexts")) {
        made.addSubcommand(new CommandLine(new ContextUseVerb(context)));
      } else if (name.equals("worker")) {
        for (WorkerAct act : WorkerAct.values()) {
          made.addSubcommand(WorkerOrderVerb.of(context, act));
        }
        made.addSubcommand(new CommandLine(new WorkerKillVerb(context)));
      } else if (name.equals("alerts")) {
        made.addSubcommand(new CommandLine(new AlertsVerb(context)).setCommandName("list"));
        made.addSubcommand(new CommandLine(new AlertsTestVerb(context)));
        made.addSubcommand(new CommandLine(new AlertsRetryVerb(context)));
      } else if (name.equals("runs")) {
        made.addSubcommand(new CommandLine(new RunsShowVerb(context)));
        made.addSubcommand(new CommandLine(new RunsCancelVerb(context)));
      } else if (name.equals("invitations")) {
        made.addSubcommand(RevokeVerb.of(context, RevokeVerb.Kind.INVITATION));
      } else if (name.equals("tokens")) {
        made.addSubcommand(new CommandLine(new TokenCreateVerb(context)));
        made.addSubcommand(RevokeVerb.of(context, RevokeVerb.Kind.TOKEN));
      }
      command.addSubcommand(name, made);
    }
    return true;
  }

  static void addAll(CommandLine command, VerbContext context) {
    ALL.keySet().forEach(name -> add(command, context, name));
  }
}
