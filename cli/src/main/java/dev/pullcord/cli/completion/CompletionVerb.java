package dev.pullcord.cli.completion;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.protocol.error.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pullcord completion bash|zsh|fish}: a script for the shell to read. */
@Command(
    name = "completion",
    description = "A script that lets a shell complete verbs and options.",
    footer = {
      "",
      "bash: source <(pullcord completion bash)",
      "zsh:  source <(pullcord completion zsh)",
      "fish: pullcord completion fish | source"
    })
public final class CompletionVerb extends Verb {
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "Which shell.")
  Shell shell = Shell.bash;

  /** The verb. */
  public CompletionVerb(VerbContext context) {
    super(context);
    spec = CommandSpec.create();
  }

  /** The shells that are known. */
  enum Shell {
    /** GNU bash. */
    bash,
    /** Z shell. */
    zsh,
    /** The friendly interactive shell. */
    fish
  }

  @Override
  protected View run() {
    CompletionScripts scripts = CompletionScripts.of(spec.root());
    context
        .console()
        .verbatim(
            switch (shell) {
              case bash -> scripts.bash();
              case zsh -> scripts.zsh();
              case fish -> scripts.fish();
            });
    return View.nothing(ExitCode.DONE);
  }
}
