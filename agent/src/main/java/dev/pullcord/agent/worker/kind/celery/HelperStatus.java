package dev.pullcord.agent.worker.kind.celery;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.ProcessId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a generation's helper says is so. The file is flat: the parts of a group stand beside the
 * other parts, under their own names.
 *
 * @param process Celery's main process
 * @param node Celery's node name
 * @param number of the last {@link HelperOrder} that was made so
 * @param broker how it stands with its broker
 * @param held what it holds; null from an older helper, which is asked to end all the same
 * @param busy whether a solo pool runs a task, and cannot look at files meanwhile
 * @param problems what is wrong
 * @param at seconds since 1970; another one each time it is written
 * @param tasks some of those that run, longest running first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record HelperStatus(
    @JsonUnwrapped ProcessId process,
    String node,
    long number,
    @JsonUnwrapped Broker broker,
    @Nullable Held held,
    boolean busy,
    @JsonUnwrapped Problems problems,
    double at,
    List<Task> tasks) {
  /** How the names of the queues begin that are a generation's own. */
  private static final String PRIVATE = "pullcord.";

  private static final double NEWEST = Instant.parse("9999-01-01T00:00:00Z").getEpochSecond();

  HelperStatus {
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
  }

  /** Seconds since 1970, of whatever number a worker writes: from 1970 to 9999. */
  static Instant instant(double seconds) {
    return Instant.ofEpochMilli(Math.round(Math.clamp(seconds, 0, NEWEST) * 1000));
  }

  /** The same without what is never to be seen: errors may have a broker's password. */
  HelperStatus masked(Masks masks) {
    List<Task> named =
        tasks.stream().map(task -> new Task(masks.mask(task.name()), task.since())).toList();
    return new HelperStatus(
        process, node, number, broker, held, busy, problems.masked(masks), at, named);
  }

  /**
   * How a worker stands with its broker.
   *
   * @param phase starting, connecting, connected or disconnected
   * @param connects how often it has reached it
   * @param queues that are consumed
   * @param ping the last token that came back through it
   * @param remote whether it can be pinged by remote control; null from an older helper, which
   *     could
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Broker(
      String phase,
      int connects,
      List<String> queues,
      @Nullable String ping,
      @Nullable Boolean remote) {
    Broker {
      queues = queues == null ? List.of() : List.copyOf(queues);
    }
  }

  /**
   * What is wrong with a worker.
   *
   * @param warnings about settings
   * @param error of the helper itself, or what the worker ended for
   * @param brokerFault whether it ended because of its broker
   * @param refused a queue that the broker does not allow to be consumed, or to be as it is
   *     declared; null for none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Problems(
      List<String> warnings,
      @Nullable String error,
      boolean brokerFault,
      @Nullable String refused) {
    Problems {
      warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }

    Problems masked(Masks masks) {
      return new Problems(
          warnings.stream().map(masks::mask).toList(),
          error == null ? null : masks.mask(error),
          brokerFault,
          refused == null ? null : masks.mask(refused));
    }
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
      return instant(since);
    }
  }

  /**
   * What a worker holds that nobody else has.
   *
   * @param running tasks
   * @param reserved tasks that wait for a slot
   * @param limited tasks that wait because of a rate limit
   * @param due tasks that wait for their time
   * @param until when the last of those is due, seconds since 1970; null when there is none
   * @param empty whether it has held nothing for several turns of its loop
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Held(
      int running, int reserved, int limited, int due, @Nullable Double until, boolean empty) {}

  /** Whether it takes no part in remote control. */
  boolean unreachable() {
    return Boolean.FALSE.equals(broker.remote());
  }

  /** Whether it may be asked to end as far as its tasks go. */
  boolean holdsNothing() {
    return held == null || held.empty();
  }

  boolean connected() {
    return broker.phase().equals("connected");
  }

  /** Whether it has no broker, and reads what is wanted before it consumes anything again. */
  boolean disconnected() {
    return broker.phase().equals("disconnected") || broker.phase().equals("starting");
  }

  /** Whether a solo pool does a task that came from the worker's own queues. */
  boolean atWork() {
    return busy
        && connected()
        && !broker.queues().isEmpty()
        && broker.queues().stream().noneMatch(queue -> queue.startsWith(PRIVATE));
  }

  /**
   * How the canary ended.
   *
   * @param id which
   * @param state Celery's word, or UNKNOWN when there is no such task
   * @param node of the worker that ran it
   * @param error type and message; null when it went well
   * @param brokerFault whether that is what a broker does which is away
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Canary(String id, String state, String node, @Nullable String error, boolean brokerFault) {
    Canary masked(Masks masks) {
      return new Canary(id, state, node, error == null ? null : masks.mask(error), brokerFault);
    }
  }
}
