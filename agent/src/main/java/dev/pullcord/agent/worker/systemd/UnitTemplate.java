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

  static final String ADVICE =
      "docs/operating/systemd.md says what to install; runner: process needs none of it";

  private static final Logger LOG = LoggerFactory.getLogger(UnitTemplate.class);
  private static final String NAME = "pullcord-worker@.service";

  /** It is there, and systemd does not start it. */
  private static final Set<String> ILL = Set.of("masked", "bad-setting", "error");

  /** Where systemd makes a {@code StateDirectory=}. */
  private static final Path STATE = Path.of("/var/lib");

  private final StateDirectory directory;
  private final Systemctl systemctl;
  private Optional<Account> account = Optional.empty();

  UnitTemplate(StateDirectory directory, Systemctl systemctl) {
    this.directory = directory;
    this.systemctl = systemctl;
  }

  /** The unit of a generation. */
  public static String instance(long number) {
    return "pullcord-worker@" + number + ".service";
  }

  /** Why no instance can be started; empty when one can. */
  Optional<String> problem() {
    String answer;
    try {
      answer = systemctl.show(instance(1), PROPERTIES);
    } catch (IOException e) {
      return Optional.of(e.getMessage() + "; " + ADVICE);
    }
    Optional<String> problem = problem(directory.root(), answer);
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
   */
  public static Optional<String> problem(Path state, String shown) {
    if (shown.contains("LoadState=loaded")
        && shown.contains(" " + state.resolve("generations/1/run") + " ")) {
      return Optional.empty();
    }
    return Optional.of(
        shown.contains("generations/1/start ")
            ? NAME + " is that of an older Pullcord; " + ADVICE
            : wrong(state, UnitState.of(shown).load()));
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

  private static String wrong(Path state, String load) {
    return switch (load) {
      case "loaded" -> NAME + " is for another state directory than " + state + "; " + ADVICE;
      case "masked" -> NAME + " is masked on this host: as root, systemctl unmask " + NAME;
      case "bad-setting", "error" ->
          NAME + " cannot be read by systemd: systemd-analyze verify " + NAME + " says why";
      default -> "systemd knows no unit " + NAME + "; " + ADVICE;
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
      return ILL.contains(load(instance(1))) || wasUsed();
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
        case "not-found" -> Optional.of("someone removed " + NAME);
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
