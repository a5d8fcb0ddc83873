package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What systemd says of a unit.
 *
 * @param load whether there is such a unit: {@code loaded}
 * @param active whether it runs: {@code active}, {@code inactive}, …
 * @param invocation changes with every start; empty for one that was never started
 * @param mainPid 0 for none
 * @param exitKind 1 for an exit, 2 and 3 for a signal; 0 before any
 * @param exitStatus the code, or the signal's number
 * @param unitFile whether a boot starts it: {@code enabled}, {@code disabled}, …
 */
public record UnitState(
    String load,
    String active,
    String invocation,
    long mainPid,
    int exitKind,
    int exitStatus,
    String unitFile) {
  static final String PROPERTIES =
      "LoadState,ActiveState,InvocationID,MainPID,ExecMainCode,ExecMainStatus,UnitFileState";

  private static final int SIGNALLED = 128;

  /** From {@code systemctl show} of {@link #PROPERTIES}. */
  static UnitState of(String shown) {
    Map<String, String> values = values(shown);
    return new UnitState(
        values.getOrDefault("LoadState", ""),
        values.getOrDefault("ActiveState", ""),
        values.getOrDefault("InvocationID", ""),
        number(values.get("MainPID")),
        (int) number(values.get("ExecMainCode")),
        (int) number(values.get("ExecMainStatus")),
        values.getOrDefault("UnitFileState", ""));
  }

  /** One of the values that it shows; empty where it does not. */
  static String value(String shown, String name) {
    return values(shown).getOrDefault(name, "");
  }

  private static Map<String, String> values(String shown) {
    Map<String, String> values = new HashMap<>();
    for (String line : shown.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1).strip());
      }
    }
    return values;
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
  }

  public boolean known() {
    return load.equals("loaded");
  }

  /** Whether nothing of it runs and nothing will by itself. */
  public boolean gone() {
    return active.equals("inactive") || active.equals("failed");
  }

  public boolean works() {
    return active.equals("active") || active.equals("reloading");
  }

  public Optional<ProcessId> main() {
    return mainPid == 0 ? Optional.empty() : Processes.find(mainPid);
  }

  public Optional<Integer> exit() {
    return exitKind == 0
        ? Optional.empty()
        : Optional.of(exitKind == 1 ? exitStatus : SIGNALLED + exitStatus);
  }

  /** For people. */
  public String text() {
    return "MainPID " + mainPid + ", invocation " + (invocation.isEmpty() ? "none" : invocation);
  }
}
