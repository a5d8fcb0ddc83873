package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.rights.Account;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what is wrong with the template of which each generation is an instance. */
public final class UnitTemplate {
  /** What {@link #problem(Path, String)} has to be shown. */
  public static final String PROPERTIES = "LoadState,ExecStart,User,StateDirectory";

  static final String ADVICE = "docs/operating/systemd.md says what to install";

  private static final Logger LOG = LoggerFactory.getLogger(UnitTemplate.class);

  /** It is there, and systemd does not start it. */
  private static final Set<String> ILL = Set.of("masked", "bad-setting", "error");

  /** Where systemd makes a {@code StateDirectory=}. */
  private static final Path STATE = Path.of("/var/lib");

  private final StateDirectory directory;
  private final Systemctl systemctl;
  private final Optional<String> user;
  private Optional<Account> account = Optional.empty();

  /** The one of all workers, or of those that have that user. */
  UnitTemplate(StateDirectory directory, Systemctl systemctl, Optional<String> user) {
    this.directory = directory;
    this.systemctl = systemctl;
    this.user = user;
  }

  /** The unit of a generation, which may have a user of its own. */
  public static String instance(long number, Optional<String> user) {
    return prefix(user) + "@" + number + ".service";
  }

  private static String prefix(Optional<String> user) {
    return user.map(name -> "pullcord-worker-" + name).orElse("pullcord-worker");
  }

  private static String name(Optional<String> user) {
    return prefix(user) + "@.service";
  }

  private String first() {
    return instance(1, user);
  }

  /** Why no instance can be started; empty when one can. */
  Optional<String> problem() {
    String answer;
    try {
      answer = systemctl.show(first(), PROPERTIES);
    } catch (IOException e) {
      return Optional.of(e.getMessage() + "; " + ADVICE);
    }
    Optional<String> problem = problem(directory.root(), answer, user);
    if (problem.isEmpty()) {
      account = Optional.of(account(answer));
    }
    return problem;
  }

  /**
   * The same of any state directory.
   *
   * @param state as a real path
   * @param shown {@link #PROPERTIES} of instance 1, as {@code systemctl show} prints them
   * @param user whose template it is; empty for the one of all workers
   */
  public static Optional<String> problem(Path state, String shown, Optional<String> user) {
    String name = name(user);
    if (shown.contains("LoadState=loaded")
        && shown.contains(" " + state.resolve("generations/1/run") + " ")) {
      return user.filter(wanted -> !UnitState.value(shown, "User").equals(wanted))
          .map(wanted -> name + " has another User= than " + wanted + again(wanted));
    }
    if (user.isPresent() && shown.contains("LoadState=not-found")) {
      return Optional.of("systemd knows no unit " + name + again(user.get()));
    }
    return Optional.of(
        shown.contains("generations/1/start ")
            ? name + " is that of an older Pullcord; " + ADVICE
            : wrong(name, state, UnitState.of(shown).load()));
  }

  /** As whom its instances run; empty where it was never seen in order. */
  Optional<Account> account() {
    return account;
  }

  private static Account account(String shown) {
    String user = UnitState.value(shown, "User");
    String keeps = UnitState.value(shown, "StateDirectory");
    return new Account(
        user.isEmpty() ? "root" : user,
        keeps.isEmpty() ? Optional.empty() : Optional.of(STATE.resolve(keeps.split(" ")[0])));
  }

  private static String again(String user) {
    return ": as root, /usr/lib/pullcord/pullcord-user add " + user;
  }

  private static String wrong(String name, Path state, String load) {
    return switch (load) {
      case "loaded" -> name + " is for another state directory than " + state + "; " + ADVICE;
      case "masked" -> name + " is masked on this host: as root, systemctl unmask " + name;
      case "bad-setting", "error" ->
          name + " cannot be read by systemd: systemd-analyze verify " + name + " says why";
      default -> "systemd knows no unit " + name + "; " + ADVICE;
    };
  }

  /**
   * Whether workers are to be its instances, even if none can be started now. What an administrator
   * has masked or broken is not gone around, nor is a template that has gone after it was used.
   */
  boolean isInstalled() {
    if (problem().isEmpty()) {
      return true;
    }
    try {
      return ILL.contains(load(first())) || wasUsed();
    } catch (IOException e) {
      LOG.debug("systemd cannot be asked: {}", e.getMessage());
      return wasUsed();
    }
  }

  private boolean wasUsed() {
    try {
      return GenerationFiles.numbers(directory).stream()
          .anyMatch(number -> Files.exists(new GenerationFiles(directory, number).run()));
    } catch (IOException e) {
      LOG.warn("earlier generations cannot be read: {}", FileFault.of(e));
      return false;
    }
  }

  /** What somebody did to the unit of a generation that left no note of its end. */
  Optional<String> undone(String unit) {
    try {
      return switch (load(unit)) {
        case "masked" -> Optional.of("someone masked " + unit);
        case "not-found" -> Optional.of("someone removed " + name(user));
        default -> Optional.empty();
      };
    } catch (IOException e) {
      LOG.debug("what became of {} cannot be asked: {}", unit, e.getMessage());
      return Optional.empty();
    }
  }

  private String load(String unit) throws IOException {
    return UnitState.of(systemctl.show(unit, "LoadState")).load();
  }
}
