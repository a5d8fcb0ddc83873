package dev.pullcord.cli.command.login;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.config.Login;
import dev.pullcord.cli.config.Logins;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.error.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/**
 * {@code pullcord logout}: forgets a login. The token goes first; git's settings and the
 * certificate go when no other login needs them.
 */
@Command(
    name = "logout",
    description = "Forget the current login, or that of -c NAME. Its token is not revoked.")
public final class LogoutVerb extends Verb {
  /** The verb. */
  public LogoutVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() throws InterruptedException {
    Logins before = context.logins().read();
    String name = context.login() == null ? before.current() : context.login();
    if (name == null) {
      String why =
          before.contexts().isEmpty()
              ? "not signed in"
              : "no context is chosen: give -c NAME; there are "
                  + String.join(", ", before.contexts().keySet());
      throw new Failure(ExitCode.REFUSED, why);
    }
    Login login = before.need(name);
    ServerUrl address = new ServerUrl(login.url());
    Logins left = context.logins().change(logins -> logins.without(name));
    if (left.at(address).isEmpty()) {
      context.logins().deleteCertificate(login, left);
      Optional<String> trouble = new GitSetup(context.host().programs()).remove(address);
      if (trouble.isPresent()) {
        throw new Failure(
            ExitCode.FAILED, "signed out, but git still asks us for a token: " + trouble.get());
      }
    }
    return View.of(Map.of("removed", name), () -> lines(address, left));
  }

  private static List<StyledLine> lines(ServerUrl address, Logins left) {
    List<StyledLine> lines = new ArrayList<>();
    lines.add(
        StyledLine.of(
            "signed out of " + address + "; an admin ends the token with pullcord tokens revoke"));
    if (left.current() == null && !left.contexts().isEmpty()) {
      String names = String.join(", ", left.contexts().keySet());
      lines.add(StyledLine.of("pullcord contexts use NAME chooses another: " + names));
    }
    return lines;
  }
}
