package dev.pullcord.protocol.contact;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One start of one agent. Each request carries it in the header {@link #HEADER}, so that the server
 * notices when two hosts use one key. Only {@code start} tells them apart; the rest is for people.
 * An agent of the version before sends none.
 *
 * @param start random, made anew at each start
 * @param host the host's name, as it calls itself
 * @param boot the host's boot id
 * @param machine a hash of the host's machine id; a copied disk has the same
 */
public record AgentInstance(String start, String host, String boot, String machine) {
  /** The header. */
  public static final String HEADER = "Pullcord-Agent";

  private static final int HEADER_CHARS_MAX = 512;
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** What cannot be sent as it is becomes {@code unknown}. */
  public AgentInstance {
    start = known(start);
    host = known(host);
    boot = known(boot);
    machine = known(machine);
  }

  private static String known(String value) {
    return VALUE.matcher(value).matches() ? value : "unknown";
  }

  /** {@code start=5f1e…; host=grep-1; boot=b1f0…; machine=77ac…}. */
  public String header() {
    return "start=" + start + "; host=" + host + "; boot=" + boot + "; machine=" + machine;
  }

  /** What such a header says; empty when it does not say which start it is. */
  public static Optional<AgentInstance> parse(String header) {
    if (header.length() > HEADER_CHARS_MAX) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (String part : header.split(";", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        values.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
      }
    }
    String start = values.get("start");
    return start == null || !VALUE.matcher(start).matches()
        ? Optional.empty()
        : Optional.of(
            new AgentInstance(
                start,
                values.getOrDefault("host", ""),
                values.getOrDefault("boot", ""),
                values.getOrDefault("machine", "")));
  }
}
