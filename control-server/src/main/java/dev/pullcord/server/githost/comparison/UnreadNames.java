package dev.pullcord.server.githost.comparison;

import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.yaml.DidYouMean;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;

/**
 * Finds queues and variables of workers that no code of the release names. A variable may be for a
 * library, so it is said only when the code reads one that is nearly called so; a queue is said
 * when the code names others.
 */
final class UnreadNames {
  private static final String DEFAULT_QUEUE = "celery";
  private static final int NAMED_MAX = 10;

  /** Of one worker; each is compared with all that the code reads. */
  private static final int VARIABLES_MAX = 200;

  private UnreadNames() {}

  /**
   * What workers are given.
   *
   * @param queues that they consume
   * @param variables of their environments
   */
  private record Given(Set<String> queues, Set<String> variables) {}

  /** A line each. */
  static Set<String> of(Repository repository, Deployable content) throws IOException {
    Map<String, Given> workers = workers(content.manifest());
    if (workers.values().stream().allMatch(g -> g.queues.isEmpty() && g.variables.isEmpty())) {
      return Set.of();
    }
    ReleaseWords words = ReleaseWords.of(repository, content).orElse(null);
    if (words == null) {
      return Set.of();
    }
    arguments(content.manifest()).forEach(words::add);
    Set<String> lines = new LinkedHashSet<>();
    workers.forEach((name, given) -> {
      given.queues.stream()
          .filter(queue -> !queue.equals(DEFAULT_QUEUE) && !words.all().contains(queue))
          .filter(_ -> !words.queues().isEmpty())
          .forEach(queue -> lines.add(queue(name, queue, words)));
      Set<String> read = new TreeSet<>(words.variables());
      read.removeAll(given.variables);
      for (String variable : given.variables.stream().limit(VARIABLES_MAX).toList()) {
        String meant = words.all().contains(variable) ? "" : DidYouMean.of(variable, read);
        if (!meant.isEmpty()) {
          lines.add(
              "worker " + name + ": nothing in this commit reads " + Quoted.of(variable) + meant);
        }
      }
    });
    return lines;
  }

  private static String queue(String worker, String queue, ReleaseWords words) {
    String meant = DidYouMean.of(queue, words.queues());
    return "worker "
        + worker
        + ": nothing in this commit names the queue "
        + Quoted.of(queue)
        + (meant.isEmpty() ? ", only " + some(words.queues()) : meant);
  }

  private static String some(Set<String> queues) {
    String named = queues.stream().limit(NAMED_MAX).collect(Collectors.joining(", "));
    return queues.size() > NAMED_MAX ? named + " and others" : named;
  }

  /** Each worker with what it is given on any sort of node. */
  private static Map<String, Given> workers(Manifest manifest) {
    Map<String, Given> workers = new LinkedHashMap<>();
    for (Map<String, String> labels : manifest.sorts()) {
      if (ManifestParser.on(manifest, labels) instanceof ManifestResult.Valid(Manifest own)) {
        own.workers().values().forEach(worker -> give(workers, worker));
      }
    }
    return workers;
  }

  private static void give(Map<String, Given> workers, WorkerSpec worker) {
    Given given =
        workers.computeIfAbsent(
            worker.name(), _ -> new Given(new LinkedHashSet<>(), new LinkedHashSet<>()));
    given.queues.addAll(worker.work().queues());
    given.variables.addAll(worker.env().keySet());
  }

  /** What the manifest itself says to programs: {@code sh -c 'echo $CORPUS'} reads a variable. */
  private static Stream<String> arguments(Manifest manifest) {
    Stream<String> workers =
        manifest.workers().values().stream().flatMap(worker -> worker.work().words().stream());
    Stream<String> commands =
        Stream.concat(manifest.prepare().stream(), manifest.check().stream())
            .map(CommandSpec::run)
            .flatMap(List::stream);
    return Stream.concat(workers, commands);
  }
}
