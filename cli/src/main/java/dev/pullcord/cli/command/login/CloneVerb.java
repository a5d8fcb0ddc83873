package dev.pullcord.cli.command.login;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.Shown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord clone [REPOSITORY]}: a clone that can push. */
@Command(name = "clone", description = "Clone the repository, ready to push.")
public final class CloneVerb extends Verb {
  private static final Pattern REPOSITORY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REPOSITORY",
      description = "Its name; the server's own when left out.")
  @Nullable String repository;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIRECTORY",
      description = "Where to; a directory of that name when left out.")
  @Nullable String directory;

  /** The verb. */
  public CloneVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() throws InterruptedException {
    ServerCredentials access = context.access();
    if (context.logins().read().at(access.address()).isEmpty()) {
      throw new Failure(
          ExitCode.REFUSED,
          "git is not set up for " + access.address() + ": run pullcord login " + access.address());
    }
    String name =
        repository == null ? Replies.need(context.server().whoami()).repository() : repository;
    if (!REPOSITORY.matcher(name).matches()) {
      throw Failure.usage(Shown.of(name) + " is not a repository's name: letters, digits, . _ -");
    }
    // While nothing was pushed the server cannot say which branch is its HEAD: it is main.
    List<String> argv = new ArrayList<>(List.of("git", "-c", "init.defaultBranch=main"));
    argv.addAll(List.of("clone", "--", access.address().repository(name)));
    if (directory != null) {
      argv.add(directory);
    }
    try {
      int exitCode = context.host().programs().hand(argv);
      return View.nothing(exitCode == 0 ? ExitCode.DONE : ExitCode.FAILED);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, "git could not be started: " + e.getMessage(), e);
    }
  }
}
