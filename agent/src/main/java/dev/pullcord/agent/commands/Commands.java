package dev.pullcord.agent.commands;

import dev.pullcord.agent.commands.membership.JoinCommand;
import dev.pullcord.agent.commands.membership.LeaveCommand;
import java.util.List;

/** The commands beside the daemon, in the order in which help shows them. */
public final class Commands {
  private Commands() {}

  /** A new instance of each. */
  public static List<Object> all() {
    return List.of(
        new JoinCommand(),
        new LeaveCommand(),
        new StatusCommand(),
        new AgentDoctorCommand(),
        new PlanCommand(),
        new SyncCommand(),
        new RetryCommand(),
        new LogCommand());
  }
}
