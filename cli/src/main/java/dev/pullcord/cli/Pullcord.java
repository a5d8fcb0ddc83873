package dev.pullcord.cli;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.protocol.error.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code pullcord} without a verb, and the options that every verb knows. */
@Command(
    name = "pullcord",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "VERB",
    header = "Shows and steers a fleet of workers that follow a git repository.",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "PULLCORD_URL and PULLCORD_TOKEN override what pullcord login stored.",
      "Exit codes: 0 done, 1 some node failed, 2 wrong usage, 3 out of time,",
      "4 the server said no, 5 unreachable, 70 a bug.",
      "pullcord VERB --help says more."
    })
final class Pullcord implements Callable<Integer> {
  private final VerbContext context;

  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "This page.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "The version of this program.")
  boolean version;

  Pullcord(VerbContext context) {
    this.context = context;
    spec = CommandSpec.create();
  }

  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "json",
      description = "json: one JSON document instead of text.")
  void output(VerbContext.OutputFormat format) {
    context.format(format);
  }

  @Option(
      names = {"-c", "--context"},
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "The server with this name: login stores the name, other verbs use it.")
  void login(String name) {
    context.login(name);
  }

  @Override
  public Integer call() {
    context.console().error("which verb?");
    context.console().error("");
    spec.commandLine().getUsageMessage().lines().forEach(context.console()::error);
    return ExitCode.USAGE.code();
  }
}
