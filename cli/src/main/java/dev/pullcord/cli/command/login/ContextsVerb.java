package dev.pullcord.cli.command.login;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.config.Logins;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pullcord contexts}: the servers that we are signed in to. */
@Command(
    name = "contexts",
    description = "The servers that you are signed in to; choose one of them.")
public final class ContextsVerb extends Verb {
  @Option(names = "--names", description = "Only the names, one a line.")
  boolean names;

  /** The verb. */
  public ContextsVerb(VerbContext context) {
    super(context);
  }

  /**
   * The same for programs.
   *
   * @param contexts in order of name
   */
  record ContextList(List<NamedServer> contexts) {}

  /**
   * One of them, without its token.
   *
   * @param name of the context
   * @param url of its server
   * @param current whether it is used when none is named
   */
  record NamedServer(String name, String url, boolean current) {
    StyledLine line() {
      return StyledLine.of(name);
    }
  }

  @Override
  protected View run() {
    Logins logins = context.logins().read();
    List<NamedServer> all = new ArrayList<>();
    logins
        .contexts()
        .forEach((name, login) ->
            all.add(new NamedServer(name, login.url(), name.equals(logins.current()))));
    ContextList document = new ContextList(all);
    if (names) {
      return View.of(document, () -> all.stream().map(NamedServer::line).toList());
    }
    return all.isEmpty()
        ? View.of(document, "no login; pullcord login https://HOST:8420 makes one")
        : View.of(document, () -> table(all));
  }

  private List<StyledLine> table(List<NamedServer> all) {
    Table table = new Table("CONTEXT", "SERVER", "");
    for (NamedServer one : all) {
      table.row(
          StyledLine.of(one.current() ? Style.STRONG : Style.PLAIN, one.name()),
          StyledLine.of(one.url()),
          StyledLine.of(one.current() ? "current" : ""));
    }
    List<StyledLine> lines = new ArrayList<>(table.lines());
    String url = context.host().environment().getOrDefault("PULLCORD_URL", "");
    if (!url.isBlank()) {
      lines.add(StyledLine.of("PULLCORD_URL is set, so the verbs ask " + url.strip()));
    }
    return lines;
  }
}
