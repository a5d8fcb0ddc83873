package dev.pullcord.cli.command.login;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pullcord clone [REPOSITORY]}: a clone that can push. */
@Command(name = "clone", description = "Clone the server's repository, ready to push.")
public final class CloneVerb extends Verb {
  private static final Pattern REPOSITORY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REPOSITORY",
      description = "Its name; default: the one that the server has.")
  @Nullable String repository;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIRECTORY",
      description = "Where to put it; default: a directory of that name.")
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
      throw Failure.usage(Quoted.of(name) + " is not a repository's name: letters, digits, . _ -");
    }
    CommitIdentity identity = new CommitIdentity(context.host().programs());
    try {
      if (directory == null) {
        keepOut(identity, name);
      }
      int exitCode = context.host().programs().hand(argv(access, name));
      if (exitCode == 0) {
        identity
            .complete(directory == null ? name : directory, () -> author(access))
            .ifPresent(context::tell);
      }
      return View.nothing(exitCode == 0 ? ExitCode.DONE : ExitCode.FAILED);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, GitSetup.notStarted(e), e);
    }
  }

  private List<String> argv(ServerCredentials access, String name) {
    // While nothing was pushed the server cannot say which branch is its HEAD: it is main.
    List<String> argv = new ArrayList<>(List.of("git", "-c", "init.defaultBranch=main"));
    argv.addAll(List.of("clone", "--", access.address().repository(name)));
    if (directory != null) {
      argv.add(directory);
    }
    return argv;
  }

  /** A clone in another repository's files is seldom meant, and is easily committed there. */
  private static void keepOut(CommitIdentity identity, String name)
      throws IOException, InterruptedException {
    Optional<String> around = identity.workTreeAround();
    if (around.isPresent()) {
      throw Failure.usage(
          "this directory belongs to the git repository in %s; say where to: pullcord clone %s ~/%s"
              .formatted(Quoted.of(around.get()), name, name));
    }
  }

  private CommitIdentity.Author author(ServerCredentials access) {
    String owner = Replies.need(context.server().whoami()).owner();
    return new CommitIdentity.Author(owner, owner + "@" + access.address().host());
  }
}
