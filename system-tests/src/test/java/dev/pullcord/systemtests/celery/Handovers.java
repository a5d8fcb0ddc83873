package dev.pullcord.systemtests.celery;

import dev.pullcord.demo.fleet.FleetApi;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.report.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long the steps of the handovers took, as the transcripts of the nodes say it. */
final class Handovers {
  private static final Pattern STOPPED = Pattern.compile("others stopped after (\\d+) ms");
  private static final Pattern CONSUMES = Pattern.compile("consumes .*? after (\\d+) ms");

  private Handovers() {}

  /** A line for each step: how often, median and longest in milliseconds. */
  static List<String> lines(FleetApi api, List<String> nodes) {
    TreeMap<String, List<Long>> times = new TreeMap<>();
    for (DeploymentView deployment : api.deployments()) {
      for (String node : nodes) {
        api.transcript(deployment.id(), node)
            .ifPresent(transcript -> transcript.steps().forEach(step -> add(times, step)));
      }
    }
    return times.entrySet().stream()
        .map(entry -> {
          List<Long> sorted = entry.getValue().stream().sorted().toList();
          return String.format(
              Locale.ROOT,
              "%-28s %3d times, median %5d ms, longest %6d ms",
              entry.getKey(),
              sorted.size(),
              sorted.get(sorted.size() / 2),
              sorted.getLast());
        })
        .toList();
  }

  private static void add(TreeMap<String, List<Long>> times, StepRecord step) {
    add(times, STOPPED, step.output(), "old ones stopped consuming");
    add(times, CONSUMES, step.output(), "the new one consumed");
    times
        .computeIfAbsent(
            "step " + step.kind().name().toLowerCase(Locale.ROOT), k -> new ArrayList<>())
        .add(step.tookMillis());
  }

  private static void add(
      TreeMap<String, List<Long>> times, Pattern pattern, String text, String name) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      times.computeIfAbsent(name, k -> new ArrayList<>()).add(Long.parseLong(matcher.group(1)));
    }
  }
}
