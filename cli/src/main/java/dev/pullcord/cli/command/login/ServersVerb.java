package dev.pullcord.cli.command.login;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import dev.pullcord.protocol.api.ServersView;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;

/** {@code pullcord servers}: where this fleet is found, and which server does the work. */
@Command(name = "servers", description = "The servers of this fleet, and which one is active.")
public final class ServersVerb extends Verb {
  /** The verb. */
  public ServersVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    ServersView servers = Replies.need(context.server().servers());
    return View.of(servers, () -> table(servers));
  }

  private List<StyledLine> table(ServersView servers) {
    Table table = new Table("SERVER", "AGENTS", "STATE", "SEEN");
    for (ServersView.Server server : servers.servers()) {
      table.row(
          StyledLine.of(Style.STRONG, Objects.requireNonNullElse(server.url(), "-")),
          StyledLine.of(server.agentsUrl()),
          StyledLine.of(server.state()),
          StyledLine.of(Ages.ago(server.lastSeen(), context.now())));
    }
    return table.lines();
  }
}
