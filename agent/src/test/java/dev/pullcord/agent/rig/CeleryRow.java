package dev.pullcord.agent.rig;

import dev.pullcord.testkit.broker.TaskLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One combination of versions, broker, pool and settings with which handovers are tried.
 *
 * @param debian whose Celery and broker: Debian 12 has 5.2 with Redis 7.0 and RabbitMQ 3.10, Debian
 *     13 has 5.5 with Redis 8.0 and RabbitMQ 4.0
 * @param broker which
 * @param pool Celery's
 * @param what the settings in words
 * @param args more arguments of the worker
 * @param settings Python statements about {@code app}; {@code QUEUES} has the names of its queues
 * @param load what suits it
 * @param doubles whether Celery itself does long jobs twice with it, deploy or not
 */
public record CeleryRow(
    Debian debian,
    Broker broker,
    String pool,
    String what,
    List<String> args,
    String settings,
    Work load,
    boolean doubles) {
  public enum Debian {
    BOOKWORM,
    TRIXIE
  }

  public enum Broker {
    REDIS,
    REDIS_SECURED,
    SENTINEL,
    RABBIT,
    RABBIT_SECURED
  }

  /**
   * What is sent.
   *
   * @param rate how much
   * @param queues over how many queues
   * @param priorities whether jobs have priorities
   */
  public record Work(TaskLoad.Rate rate, int queues, boolean priorities) {
    static final Work NORMAL = new Work(new TaskLoad.Rate(3, 12, 5), 1, false);

    /** For a worker with one slot. */
    static final Work SMALL = new Work(new TaskLoad.Rate(2, 6, 2), 1, false);
  }

  private static final List<Debian> BOTH = List.of(Debian.BOOKWORM, Debian.TRIXIE);
  private static final String LATE = "late acks, prefetch 1";
  private static final String EARLY = "app.conf.task_acks_late = False";

  public CeleryRow(Debian debian, Broker broker, String pool) {
    this(
        debian,
        broker,
        pool,
        LATE,
        List.of(),
        "",
        pool.equals("solo") ? Work.SMALL : Work.NORMAL,
        false);
  }

  private CeleryRow with(String what, String settings, String... more) {
    return new CeleryRow(debian, broker, pool, what, List.of(more), settings, load, doubles);
  }

  private CeleryRow sending(int queues, boolean priorities) {
    Work work = new Work(load.rate(), queues, priorities);
    return new CeleryRow(debian, broker, pool, what, args, settings, work, doubles);
  }

  private CeleryRow doubling() {
    Work work = new Work(new TaskLoad.Rate(6, 8, 3), 1, false);
    return new CeleryRow(debian, broker, pool, what, args, settings, work, true);
  }

  /** Every one. */
  public static List<CeleryRow> all() {
    List<CeleryRow> rows = new ArrayList<>();
    for (Debian debian : BOTH) {
      for (Broker broker : List.of(Broker.REDIS, Broker.RABBIT)) {
        for (String pool : List.of("prefork", "threads", "solo", "gevent", "eventlet")) {
          rows.add(new CeleryRow(debian, broker, pool));
        }
        anyBroker(rows, new CeleryRow(debian, broker, "prefork"));
      }
      redis(rows, new CeleryRow(debian, Broker.REDIS, "prefork"));
      rabbit(rows, new CeleryRow(debian, Broker.RABBIT, "prefork"));
      for (Broker broker : List.of(Broker.REDIS_SECURED, Broker.RABBIT_SECURED, Broker.SENTINEL)) {
        rows.add(new CeleryRow(debian, broker, "prefork"));
      }
    }
    return rows;
  }

  /** What is tried everywhere. */
  public static List<CeleryRow> sample() {
    return List.of(
        new CeleryRow(Debian.BOOKWORM, Broker.REDIS_SECURED, "threads"),
        new CeleryRow(Debian.BOOKWORM, Broker.RABBIT_SECURED, "prefork"));
  }

  private static void anyBroker(List<CeleryRow> rows, CeleryRow row) {
    rows.add(row.with("early acks, prefetch 1", EARLY));
    rows.add(row.with("early acks, prefetch 4", EARLY, "--prefetch-multiplier=4"));
    rows.add(row.with("late acks, prefetch 4", "", "--prefetch-multiplier=4"));
    rows.add(row.with("six queues", "").sending(6, false));
    rows.add(row.with("--autoscale", "", "--autoscale=4,1"));
    rows.add(row.with("--max-tasks-per-child", "", "--max-tasks-per-child=3"));
    rows.add(
        row.with(
            "rate limit", "app.conf.task_annotations = {'tasks.app.work': {'rate_limit': '6/s'}}"));
    rows.add(
        row.with(
            "connection settings",
            """
            app.conf.worker_proc_alive_timeout = 1
            app.conf.worker_cancel_long_running_tasks_on_connection_loss = True
            app.conf.broker_connection_retry = False
            app.conf.broker_connection_retry_on_startup = False
            app.conf.broker_connection_max_retries = 3
            """));
    if (row.debian == Debian.TRIXIE) {
      rows.add(
          row.with(
              "soft shutdown",
              """
              app.conf.worker_soft_shutdown_timeout = 10
              app.conf.worker_enable_soft_shutdown_on_idle = True
              """));
    }
  }

  private static void redis(List<CeleryRow> rows, CeleryRow row) {
    rows.add(
        row.with(
                "priorities",
                """
                app.conf.broker_transport_options = {
                    'priority_steps': list(range(10)), 'queue_order_strategy': 'priority',
                    'visibility_timeout': 172800}
                """)
            .sending(1, true));
    rows.add(
        row.with(
                "visibility_timeout shorter than a job",
                "app.conf.broker_transport_options = {'visibility_timeout': 3}")
            .doubling());
  }

  private static void rabbit(List<CeleryRow> rows, CeleryRow row) {
    rows.add(row.with("priorities", "app.conf.task_queue_max_priority = 9").sending(1, true));
    if (row.debian == Debian.BOOKWORM) {
      return; // Celery 5.2 cannot consume quorum queues; CeleryOnRabbitTest shows what comes of it
    }
    rows.add(
        row.with(
            "quorum queues",
            """
            from kombu import Queue
            app.conf.task_queues = [
                Queue(name, queue_arguments={'x-queue-type': 'quorum'}) for name in QUEUES]
            """));
  }

  public String versions() {
    return debian == Debian.BOOKWORM ? "Celery 5.2" : "Celery 5.5";
  }

  @Override
  public String toString() {
    return "%s, %s, %s, %s"
        .formatted(versions(), broker.name().toLowerCase(Locale.ROOT), pool, what);
  }
}
