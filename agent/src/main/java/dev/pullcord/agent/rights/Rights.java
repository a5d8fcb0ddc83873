package dev.pullcord.agent.rights;

import dev.pullcord.agent.state.StateDirectory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides as whom workers, and whatever else comes from the repository, run on this node.
 *
 * <ul>
 *   <li>Where the agent is a unit and the workers' template is installed: as the {@code User=} of
 *       that template, {@code pullcord-worker}. systemd starts them, so the agent needs no right to
 *       become anybody.
 *   <li>Elsewhere: as the agent's own user.
 * </ul>
 */
public final class Rights {
  private final String self;
  private final Supplier<Optional<Account>> units;

  /**
   * Of an agent.
   *
   * @param self the user that it runs as
   * @param units as whom the units of workers run; empty where workers are no units
   */
  public Rights(String self, Supplier<Optional<Account>> units) {
    this.self = self;
    this.units = units;
  }

  /** Where everything is the agent's own user. */
  public static Rights same() {
    return new Rights(System.getProperty("user.name", "?"), Optional::empty);
  }

  /** As whom workers run, if that is another than the agent's own user. */
  public Optional<Account> another() {
    return units.get().filter(account -> !account.user().equals(self));
  }

  /** Where a worker keeps what its next generation is to find: its user can write there. */
  public Path kept(StateDirectory directory, String worker) {
    return another()
        .flatMap(Account::keeps)
        .map(keeps -> keeps.resolve(worker))
        .orElseGet(() -> directory.kept(worker));
  }
}
