package dev.pullcord.cli.command.login;

import dev.pullcord.cli.host.ProgramRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives a clone the name and address to commit with. Git commits nothing for a user who has told it
 * no name and no address, so a clone gets those of the token's owner; what the user has told git
 * stays.
 */
final class CommitIdentity {
  private static final int UNSET = 1;

  private final ProgramRunner programs;

  CommitIdentity(ProgramRunner programs) {
    this.programs = programs;
  }

  /**
   * Who commits.
   *
   * @param name for {@code user.name}
   * @param email for {@code user.email}
   */
  record Author(String name, String email) {}

  /** Sets in this clone what is not set; a line about it, or empty when all was set. */
  Optional<String> complete(String clone, Supplier<Author> author)
      throws IOException, InterruptedException {
    boolean nameless = unset(clone, "user.name");
    boolean unaddressed = unset(clone, "user.email");
    if (!nameless && !unaddressed) {
      return Optional.empty();
    }
    Author owner = author.get();
    if (nameless) {
      config(clone, "user.name", owner.name());
    }
    if (unaddressed) {
      config(clone, "user.email", owner.email());
    }
    return Optional.of(
        "git knew no name for you; in this clone you commit as %s <%s>"
            .formatted(
                config(clone, "user.name").output().strip(),
                config(clone, "user.email").output().strip()));
  }

  /** The work tree that the present directory lies in. */
  Optional<String> workTreeAround() throws IOException, InterruptedException {
    ProgramRunner.Ended ended = programs.run(List.of("git", "rev-parse", "--show-toplevel"));
    return ended.exitCode() == 0 ? Optional.of(ended.output().strip()) : Optional.empty();
  }

  private boolean unset(String clone, String key) throws IOException, InterruptedException {
    return config(clone, key).exitCode() == UNSET;
  }

  private ProgramRunner.Ended config(String clone, String... words)
      throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of("git", "-C", clone, "config"));
    argv.addAll(List.of(words));
    return programs.run(argv);
  }
}
