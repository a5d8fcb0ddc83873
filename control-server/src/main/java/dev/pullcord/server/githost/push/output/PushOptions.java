package dev.pullcord.server.githost.push.output;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the pusher asked for with {@code git push -o}.
 *
 * @param stay whether the push stays until the nodes are done
 * @param timeout how long it stays at most
 * @param gate whether the branch moves only after canaries ran the commit well
 */
public record PushOptions(boolean stay, Duration timeout, boolean gate) {
  public static final PushOptions DEFAULT = new PushOptions(true, Duration.ofMinutes(2), false);

  public static final Duration LONGEST = Duration.ofHours(1);
  private static final String EXPECTED = "; nowait, gate or timeout=60s expected";

  /**
   * Options as read, and what is wrong with them.
   *
   * @param options the ones that could be read
   * @param problems a line each; empty when all could be
   */
  public record Parsed(PushOptions options, List<String> problems) {}

  /** Reads the options; what is not known is a problem, since a misspelt one would be ignored. */
  public static Parsed parse(List<String> texts) {
    PushOptions options = DEFAULT;
    List<String> problems = new ArrayList<>();
    for (String text : texts) {
      if (text.equals("nowait")) {
        options = new PushOptions(false, options.timeout, options.gate);
      } else if (text.equals("gate")) {
        options = new PushOptions(options.stay, options.timeout, true);
      } else if (text.startsWith("timeout=")) {
        try {
          options =
              new PushOptions(
                  options.stay, timeout(text.substring("timeout=".length())), options.gate);
        } catch (IllegalArgumentException e) {
          problems.add("PUSH_OPTION  timeout: " + e.getMessage());
        }
      } else {
        problems.add("PUSH_OPTION  " + Quoted.of(text) + " is not known" + EXPECTED);
      }
    }
    return new Parsed(options, problems);
  }

  private static Duration timeout(String text) {
    Duration timeout = Durations.parse(text);
    if (timeout.compareTo(LONGEST) > 0 || timeout.isZero()) {
      throw new IllegalArgumentException(Quoted.of(text) + " is out of range: 1ms to 1h expected");
    }
    return timeout;
  }
}
