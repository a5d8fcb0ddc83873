package dev.pullcord.agent.rights;

import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.process.ProcessFiles;
import dev.pullcord.agent.rights.runner.RemoteCommands;
import dev.pullcord.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides as whom workers, and whatever else comes from the repository, run on this node.
 *
 * <ul>
 *   <li>Where the agent is a unit and the workers' template is installed: as the {@code User=} of
 *       that template, {@code pullcord-worker}. systemd starts workers; commands are run by the
 *       runner {@code pullcord-commands} of the same user. So the agent needs no right to become
 *       anybody. Where the runner is missing, no command runs.
 *   <li>A worker that {@code users} of {@code agent.yaml} names has another template, {@code
 *       pullcord-worker-USER@.service}, and its commands another runner.
 *   <li>Elsewhere: as the agent's own user.
 * </ul>
 */
public final class Rights {
  private final String self;
  private final Function<Optional<String>, Optional<Account>> units;
  private final Optional<CommandRunners> runners;
  private final WorkerUsers users;
  private final boolean asRoot;

  private Rights(
      String self,
      Function<Optional<String>, Optional<Account>> units,
      Optional<CommandRunners> runners,
      WorkerUsers users,
      boolean asRoot) {
    this.self = self;
    this.units = units;
    this.runners = runners;
    this.users = users;
    this.asRoot = asRoot;
  }

  /**
   * Of an agent that is a unit.
   *
   * @param units as whom the units of workers run, with a user of their own or without; empty where
   *     workers are no units
   */
  public static Rights underSystemd(
      Function<Optional<String>, Optional<Account>> units, CommandRunners runners) {
    return new Rights(
        System.getProperty("user.name", "?"), units, Optional.of(runners), WorkerUsers.NONE, true);
  }

  /** Where everything is the agent's own user. */
  public static Rights same() {
    return same(System.getProperty("user.name", "?"));
  }

  static Rights same(String self) {
    return new Rights(self, _ -> Optional.empty(), Optional.empty(), WorkerUsers.NONE, true);
  }

  /** The same, where the node's owner allows that all runs as root, or does not. */
  public Rights allowingRoot(boolean allowed) {
    return new Rights(self, units, runners, users, allowed);
  }

  /** The same, where some workers have a user of their own. */
  public Rights with(WorkerUsers own) {
    return new Rights(self, units, runners, own, asRoot);
  }

  /** Why nothing of the repository runs here: it would run as root. Empty when it may. */
  public Optional<String> refusal() {
    if (asRoot || !self.equals("root") || separate()) {
      return Optional.empty();
    }
    return Optional.of(
        "this agent runs as root and not as a unit of systemd, so whatever is pushed would run as"
            + " root: install the package and type pullcord-agent join as root, or run the agent as"
            + " another user, or allow it with as-root: true in agent.yaml");
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
    return another(Optional.empty());
  }

  private Optional<Account> another(Optional<String> named) {
    return units.apply(named).filter(account -> !account.user().equals(self));
  }

  /** The user of its own that a worker has; null for the one of all others. */
  public @Nullable String named(String worker) {
    return users.of(worker).orElse(null);
  }

  /** The runner of another user that commands are left to; empty where they are the agent's own. */
  Optional<RemoteCommands> remote() {
    return runners
        .filter(known -> known.exists() || another().isPresent())
        .map(known -> known.of(null));
  }

  /** The same of the user that a process belongs to. */
  Optional<RemoteCommands> remoteOf(String owner) {
    return users.all().contains(owner) ? runners.map(known -> known.of(owner)) : remote();
  }

  /** Whether commands are run by another user. */
  public boolean separate() {
    return remote().isPresent();
  }

  /** Runs the commands of a release as whom they are to run. */
  public CommandRunner commands(CommandRunner own) {
    return new CommandRunner() {
      private volatile CommandRunner last = own;

      @Override
      public CommandResult run(Command command, BooleanSupplier cancelled) {
        return chosen(command).run(command, cancelled);
      }

      @Override
      public CommandResult follow(Command command, BooleanSupplier cancelled, Listener listener) {
        return chosen(command).follow(command, cancelled, listener);
      }

      @Override
      public String outputSoFar(int bytesMax) {
        return last.outputSoFar(bytesMax);
      }

      private CommandRunner chosen(Command command) {
        String user = command.user();
        last =
            user == null
                ? remote().<CommandRunner>map(other -> other).orElse(own)
                : runners
                    .<CommandRunner>map(known -> known.of(user))
                    .orElseGet(() -> new RefusedCommands(cannotBecome(user)));
        return last;
      }
    };
  }

  private String cannotBecome(String user) {
    return "agent.yaml says user %s, and only systemd can start something as another user than %s:"
            .formatted(user, self)
        + " run the agent as a unit, or take users out of agent.yaml";
  }

  /** Why a worker cannot be a child of the agent; empty when it can. */
  public Optional<String> refusesChild(String worker) {
    return separate()
        ? Optional.of(
            ("worker %s would run as the agent's user %s: leave runner out, and install"
                    + " pullcord-worker@.service, as docs/operating/systemd.md says")
                .formatted(worker, self))
        : users.of(worker).map(user -> "worker " + worker + ": " + cannotBecome(user));
  }

  /** Where a worker keeps what its next generation is to find: its user can write there. */
  public Path kept(StateDirectory directory, String worker) {
    return another(users.of(worker))
        .flatMap(Account::keeps)
        .map(keeps -> keeps.resolve(worker))
        .orElseGet(() -> directory.kept(worker));
  }

  /** Lets the group of a worker's user append to a log of ours. */
  public void share(Path log, String worker) throws IOException {
    if (separate()) {
      Groups.share(log, users.of(worker).orElseGet(this::user), "rw--w----");
    }
  }

  /** As whom commands run that are not run as ourselves. */
  String user() {
    return another().map(Account::user).orElse("pullcord-worker");
  }

  /** What processes have in use below a directory, of the agent's user and of the others. */
  public ProcessFiles inUse(Path directory) throws IOException {
    ProcessFiles all = ProcessFiles.below(directory);
    for (RemoteCommands other : others()) {
      if (all.hidesAny()) {
        all = both(all, other.inUse(directory));
      }
    }
    return all;
  }

  private List<RemoteCommands> others() {
    List<RemoteCommands> others = new ArrayList<>();
    remote().ifPresent(others::add);
    users.all().forEach(user -> runners.ifPresent(known -> others.add(known.of(user))));
    return others;
  }

  private static ProcessFiles both(ProcessFiles ours, ProcessFiles theirs) {
    Set<String> names = new HashSet<>(ours.names());
    names.addAll(theirs.names());
    Set<Long> hidden = new HashSet<>(ours.hidden());
    hidden.retainAll(theirs.hidden());
    return new ProcessFiles(names, hidden, ours.parents(), ours.sessions());
  }
}
