package dev.pullcord.cli.command.login;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.config.Logins;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord contexts use NAME}: which server the verbs ask from now on. */
@Command(name = "use", description = "Use this context from now on.")
public final class ContextUseVerb extends Verb {
  @Parameters(index = "0", paramLabel = "NAME", description = "As pullcord contexts shows it.")
  String name = "";

  /** The verb. */
  public ContextUseVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    Logins logins = context.logins().change(stored -> stored.using(name));
    return View.of(
        Map.of("current", name), "context " + name + " is used: " + logins.need(name).url());
  }
}
