package dev.pullcord.agent.celery;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.pullcord.agent.host.Masks;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a generation's helper says is so.
 *
 * @param pid of Celery's main process
 * @param start its start time, as /proc has it
 * @param node Celery's node name
 * @param number of the last {@link Wanted} that was made so
 * @param phase starting, connected or disconnected
 * @param queues that are consumed
 * @param ping the last token that came back through the broker
 * @param running tasks
 * @param reserved tasks that wait in the worker
 * @param busy whether a solo pool runs a task, and cannot look at files meanwhile
 * @param warnings about settings
 * @param error of the helper itself
 * @param at seconds since 1970; another one each time it is written
 * @param tasks some of those that run, longest running first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Told(
    long pid,
    long start,
    String node,
    long number,
    String phase,
    List<String> queues,
    @Nullable String ping,
    int running,
    int reserved,
    boolean busy,
    List<String> warnings,
    @Nullable String error,
    double at,
    List<Task> tasks) {
  Told {
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
    queues = queues == null ? List.of() : List.copyOf(queues);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /** The same without what is never to be seen: errors may have a broker's password. */
  Told masked(Masks masks) {
    return new Told(
        pid,
        start,
        node,
        number,
        phase,
        queues,
        ping,
        running,
        reserved,
        busy,
        warnings.stream().map(masks::mask).toList(),
        error == null ? null : masks.mask(error),
        at,
        tasks.stream().map(task -> new Task(masks.mask(task.name()), task.since())).toList());
  }

  /**
   * A task that runs.
   *
   * @param name as the application calls it
   * @param since seconds since 1970
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Task(String name, double since) {
    Instant began() {
      return Instant.ofEpochMilli(Math.round(since * 1000));
    }
  }

  boolean connected() {
    return phase.equals("connected");
  }

  boolean starting() {
    return phase.equals("starting");
  }

  /**
   * How the canary ended.
   *
   * @param id which
   * @param state Celery's word, or UNKNOWN when there is no such task
   * @param node of the worker that ran it
   * @param error type and message; null when it went well
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Canary(String id, String state, String node, @Nullable String error) {
    Canary masked(Masks masks) {
      return new Canary(id, state, node, error == null ? null : masks.mask(error));
    }
  }
}
