package dev.pullcord.benchmarks.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was seen: {@code -o json}, and as text.
 *
 * @param nodes how many were simulated
 * @param seed of their script
 * @param load of the machine in the minute before the run: other work makes all of it slower
 * @param arrivals how the nodes came: at first, and after each restart of the server
 * @param pushes in their order
 * @param rest the server while nothing happens; null when nobody waited for that
 * @param server at the end; null for a server of somebody else
 */
record SimulationReport(
    int nodes,
    long seed,
    double load,
    List<Arrival> arrivals,
    List<Push> pushes,
    @Nullable Rest rest,
    @Nullable ServerCost server) {
  /** Copies. */
  SimulationReport {
    arrivals = List.copyOf(arrivals);
    pushes = List.copyOf(pushes);
  }

  /**
   * All nodes came.
   *
   * @param what why they did
   * @param connected how many have an open event stream in the end
   * @param seconds until then
   * @param serverCpuSeconds that it cost
   * @param refused how often one was told to come later
   * @param people how long the server took meanwhile to answer somebody; null for another's server
   */
  record Arrival(
      String what,
      int connected,
      double seconds,
      double serverCpuSeconds,
      int refused,
      @Nullable Spread people) {}

  /**
   * One push.
   *
   * @param commit that was pushed
   * @param summary the last line of {@code git push}; empty where somebody else pushed
   * @param told when the nodes had read the decision
   * @param fetched when they had the pack
   * @param acknowledged when the server had stored their outcome
   * @param serverCpuMillisPerNode that the push cost, until all had acknowledged
   * @param packBytes that all nodes fetched together
   * @param people how long the server took meanwhile to answer somebody; null for another's server
   * @param check the real agents beside them; null without
   */
  record Push(
      String commit,
      String summary,
      Spread told,
      Spread fetched,
      Spread acknowledged,
      double serverCpuMillisPerNode,
      long packBytes,
      @Nullable Spread people,
      @Nullable Check check) {}

  /**
   * The same push at real agents, which ran beside the simulated nodes.
   *
   * @param told when their fetch began
   * @param fetched when it had ended
   * @param acknowledged when the server had stored their outcome
   * @param simulated when the server had stored that of the simulated nodes, by the same clock
   */
  record Check(Spread told, Spread fetched, Spread acknowledged, Spread simulated) {}

  /**
   * Nothing happens but heartbeats, and nobody asks.
   *
   * @param seconds how long
   * @param percentOfCore that the server used
   */
  record Rest(double seconds, double percentOfCore) {}

  /** For people. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(format("%d simulated nodes, seed %d, load of the machine %.1f", nodes, seed, load));
    arrivals.stream().limit(1).map(SimulationReport::arrival).forEach(lines::addAll);
    for (int i = 0; i < pushes.size(); i++) {
      if (i == pushes.size() - 1) {
        // The server restarts before the last push.
        arrivals.stream().skip(1).map(SimulationReport::arrival).forEach(lines::addAll);
      }
      lines.addAll(push(i + 1, pushes.get(i)));
    }
    if (rest != null) {
      lines.add(
          format("at rest for %.0f s: %.1f %% of a core", rest.seconds(), rest.percentOfCore()));
    }
    if (server != null) {
      lines.add("the server at the end: " + server.text());
    }
    return String.join("\n", lines);
  }

  private static List<String> arrival(Arrival arrival) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%s: %d connected after %.1f s, %.1f CPU s of the server, %d told to come later",
            arrival.what(),
            arrival.connected(),
            arrival.seconds(),
            arrival.serverCpuSeconds(),
            arrival.refused()));
    people(arrival.people(), lines);
    return lines;
  }

  private static void people(@Nullable Spread people, List<String> lines) {
    if (people != null && people.count() > 0) { // a small push may be over before somebody asks
      lines.add("  status        " + people.text());
    }
  }

  private static List<String> push(int number, Push push) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
                "push %d: %s%s",
                number, push.commit().substring(0, 12), push.summary().isEmpty() ? "" : "  ")
            + push.summary());
    lines.add("  told          " + push.told().text());
    lines.add("  fetched       " + push.fetched().text());
    lines.add("  acknowledged  " + push.acknowledged().text());
    if (push.serverCpuMillisPerNode() > 0) {
      lines.add(
          format(
              "  server        %.2f CPU ms a node; packs of %d bytes",
              push.serverCpuMillisPerNode(), push.packBytes()));
    }
    people(push.people(), lines);
    Check check = push.check();
    if (check != null) {
      lines.add("  beside them, real agents:");
      lines.add("    told          " + check.told().text());
      lines.add("    fetched       " + check.fetched().text());
      lines.add("    acknowledged  " + check.acknowledged().text());
      lines.add("    simulated     " + check.simulated().text() + ", by the server's clock too");
    }
    return lines;
  }

  private static String format(String template, Object... values) {
    return String.format(Locale.ROOT, template, values);
  }
}
