package dev.pullcord.agent.host.process;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The signals of Linux by their names, as systemd says them. */
public final class SignalNumbers {
  private static final Map<String, Integer> NAMED =
      Map.ofEntries(
          Map.entry("HUP", 1),
          Map.entry("INT", 2),
          Map.entry("QUIT", 3),
          Map.entry("ILL", 4),
          Map.entry("TRAP", 5),
          Map.entry("ABRT", 6),
          Map.entry("BUS", 7),
          Map.entry("FPE", 8),
          Map.entry("KILL", 9),
          Map.entry("USR1", 10),
          Map.entry("SEGV", 11),
          Map.entry("USR2", 12),
          Map.entry("PIPE", 13),
          Map.entry("ALRM", 14),
          Map.entry("TERM", 15),
          Map.entry("STKFLT", 16),
          Map.entry("CHLD", 17),
          Map.entry("CONT", 18),
          Map.entry("STOP", 19),
          Map.entry("TSTP", 20),
          Map.entry("TTIN", 21),
          Map.entry("TTOU", 22),
          Map.entry("URG", 23),
          Map.entry("XCPU", 24),
          Map.entry("XFSZ", 25),
          Map.entry("VTALRM", 26),
          Map.entry("PROF", 27),
          Map.entry("WINCH", 28),
          Map.entry("IO", 29),
          Map.entry("PWR", 30),
          Map.entry("SYS", 31));

  /** Those for real time have a distance from the first one that glibc leaves to programs. */
  private static final Pattern OTHER = Pattern.compile("(RTMIN\\+?)?([0-9]{0,2})");

  private static final int RTMIN = 34;

  private SignalNumbers() {}

  /** The number of a signal, by a name without SIG or by a number; empty for what is neither. */
  public static Optional<Integer> of(String name) {
    Integer number = NAMED.get(name);
    if (number != null) {
      return Optional.of(number);
    }
    Matcher other = OTHER.matcher(name);
    if (!other.matches() || name.isEmpty()) {
      return Optional.empty();
    }
    int said = other.group(2).isEmpty() ? 0 : Integer.parseInt(other.group(2));
    return Optional.of(other.group(1) == null ? said : RTMIN + said);
  }
}
