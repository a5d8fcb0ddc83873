package dev.pullcord.agent.rights;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.Command;
import dev.pullcord.agent.host.process.CommandResult;
import dev.pullcord.agent.host.process.CommandRunner;
import dev.pullcord.agent.host.process.ProcessFiles;
import dev.pullcord.agent.rights.runner.RemoteCommands;
import dev.pullcord.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Decides as whom workers, and whatever else comes from the repository, run on this node.
 *
 * <ul>
 *   <li>Where the agent is a unit and the workers' template is installed: as the {@code User=} of
 *       that template, {@code pullcord-worker}. systemd starts workers; commands are run by the
 *       runner {@code pullcord-commands} of the same user. So the agent needs no right to become
 *       anybody. Where the runner is missing, no command runs.
 *   <li>Elsewhere: as the agent's own user.
 * </ul>
 */
public final class Rights {
  private final String self;
  private final Supplier<Optional<Account>> units;
  private final Optional<Path> socket;
  private final Optional<RemoteCommands> remote;
  private final boolean asRoot;

  private Rights(
      String self,
      Supplier<Optional<Account>> units,
      Optional<Path> socket,
      Optional<RemoteCommands> remote,
      boolean asRoot) {
    this.self = self;
    this.units = units;
    this.socket = socket;
    this.remote = remote;
    this.asRoot = asRoot;
  }

  /**
   * Of an agent that is a unit.
   *
   * @param units as whom the units of workers run; empty where workers are no units
   * @param socket of the runner of commands
   * @param masks what is taken out of every output
   */
  public static Rights underSystemd(
      Supplier<Optional<Account>> units, Path socket, HostClock clock, Masks masks) {
    return new Rights(
        System.getProperty("user.name", "?"),
        units,
        Optional.of(socket),
        Optional.of(new RemoteCommands(socket, clock, masks)),
        true);
  }

  /** Where everything is the agent's own user. */
  public static Rights same() {
    return same(System.getProperty("user.name", "?"));
  }

  static Rights same(String self) {
    return new Rights(self, Optional::empty, Optional.empty(), Optional.empty(), true);
  }

  /** The same, where the node's owner allows that all runs as root, or does not. */
  public Rights allowingRoot(boolean allowed) {
    return new Rights(self, units, socket, remote, allowed);
  }

  /** Why nothing of the repository runs here: it would run as root. Empty when it may. */
  public Optional<String> refusal() {
    if (asRoot || !self.equals("root") || separate()) {
      return Optional.empty();
    }
    return Optional.of(
        "this agent is root and no unit, so whatever is pushed would run as root: install the"
            + " package and type pullcord-agent join as root, or run the agent as another user, or"
            + " allow it with as-root: true in agent.yaml");
  }

  /** As whom everything runs, for a person who starts the agent. */
  public String text() {
    return another()
        .map(account -> "workers and commands run as user " + account.user())
        .orElseGet(() ->
            "everything runs as user "
                + self
                + ": the agent, the workers and the commands of a release");
  }

  /** As whom workers run, if that is another than the agent's own user. */
  public Optional<Account> another() {
    return units.get().filter(account -> !account.user().equals(self));
  }

  /** The runner of another user that commands are left to; empty where they are the agent's own. */
  Optional<RemoteCommands> remote() {
    return remote.filter(_ -> socket.filter(Files::exists).isPresent() || another().isPresent());
  }

  /** Whether commands are run by another user. */
  public boolean separate() {
    return remote().isPresent();
  }

  /** Runs the commands of a release as whom they are to run. */
  public CommandRunner commands(CommandRunner own) {
    return new CommandRunner() {
      @Override
      public CommandResult run(Command command, BooleanSupplier cancelled) {
        return chosen().run(command, cancelled);
      }

      @Override
      public CommandResult follow(Command command, BooleanSupplier cancelled, Listener listener) {
        return chosen().follow(command, cancelled, listener);
      }

      @Override
      public String outputSoFar(int bytesMax) {
        return chosen().outputSoFar(bytesMax);
      }

      private CommandRunner chosen() {
        return remote().<CommandRunner>map(other -> other).orElse(own);
      }
    };
  }

  /** Where a worker keeps what its next generation is to find: its user can write there. */
  public Path kept(StateDirectory directory, String worker) {
    return another()
        .flatMap(Account::keeps)
        .map(keeps -> keeps.resolve(worker))
        .orElseGet(() -> directory.kept(worker));
  }

  /** Lets the group of the commands' user append to a log of ours. */
  public void share(Path log) throws IOException {
    if (separate()) {
      Groups.share(log, user(), "rw--w----");
    }
  }

  /** As whom commands run that are not run as ourselves. */
  String user() {
    return another().map(Account::user).orElse("pullcord-worker");
  }

  /** What processes have in use below a directory, of the agent's user and of the other one. */
  public ProcessFiles inUse(Path directory) throws IOException {
    ProcessFiles ours = ProcessFiles.below(directory);
    Optional<RemoteCommands> other = remote();
    if (other.isEmpty() || !ours.hidesAny()) {
      return ours;
    }
    ProcessFiles theirs = other.get().inUse(directory);
    Set<String> names = new HashSet<>(ours.names());
    names.addAll(theirs.names());
    Set<Long> hidden = new HashSet<>(ours.hidden());
    hidden.retainAll(theirs.hidden());
    return new ProcessFiles(names, hidden, ours.parents(), ours.sessions());
  }
}
