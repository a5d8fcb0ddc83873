package dev.pullcord.agent.main;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.base.host.LastingThreads;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.quartz.DateBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.simpl.RAMJobStore;
import org.quartz.simpl.SimpleThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls and keeps house by the clock: the poll after each interval, a tenth more or less, the
 * housekeeping every hour.
 *
 * <p>Quartz goes by the wall clock. When that jumps back, its next poll may be years away; {@link
 * #watch()} notices on the monotonic clock and arms it anew.
 */
public final class PollSchedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PollSchedule.class);
  private static final String NAME = "pullcord-agent";
  private static final String POLL = "poll";
  private static final String HOUSEKEEPING = "housekeeping";
  private static final int OVERDUE_FACTOR = 2;

  private final Duration every;
  private final HostClock clock;
  private final RandomGenerator random;
  private final Map<String, Runnable> work;
  private final Scheduler scheduler;
  private volatile long armedNanos;

  /**
   * @param every from one poll to the next, on average
   * @param random spreads the polls of a fleet
   * @param poll what polls; runs on a thread of the schedule
   * @param housekeeping what runs every hour
   */
  public PollSchedule(
      Duration every,
      HostClock clock,
      RandomGenerator random,
      Runnable poll,
      Runnable housekeeping) {
    this.every = every;
    this.clock = clock;
    this.random = random;
    this.work = Map.of(POLL, poll, HOUSEKEEPING, housekeeping);
    try {
      this.scheduler = scheduler();
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz does not start", e);
    }
  }

  /** Begins; the first poll is due after one interval, since the start itself asks. */
  public void start() {
    try {
      scheduler.setJobFactory((bundle, _) -> job(bundle.getJobDetail().getKey().getName()));
      scheduler.addJob(durable(POLL), true);
      scheduler.scheduleJob(
          durable(HOUSEKEEPING),
          TriggerBuilder.newTrigger()
              .startAt(DateBuilder.futureDate(1, DateBuilder.IntervalUnit.HOUR))
              .withSchedule(SimpleScheduleBuilder.repeatHourlyForever())
              .build());
      arm();
      scheduler.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz does not take its jobs", e);
    }
  }

  /** To be called every second or so, by something that goes by the monotonic clock. */
  public void watch() {
    if (clock.nanos() - armedNanos > every.multipliedBy(OVERDUE_FACTOR).toNanos()) {
      LOG.warn("the poll is overdue, the wall clock may have jumped; polling now");
      arm(Duration.ZERO);
    }
  }

  @Override
  public void close() {
    try {
      scheduler.shutdown(false);
    } catch (SchedulerException e) {
      LOG.warn("Quartz does not end in order: {}", e.getMessage());
    }
  }

  private Job job(String name) {
    Runnable task = work.getOrDefault(name, () -> {});
    return new Job() {
      @Override
      public void execute(JobExecutionContext context) {
        try {
          // Quartz would log an error and go on.
          LastingThreads.watched("schedule", () -> guarded(name, task)).run();
        } finally {
          if (name.equals(POLL)) {
            arm();
          }
        }
      }
    };
  }

  private static void guarded(String name, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("{} failed; it will be tried again at its time", name, e);
    }
  }

  private void arm() {
    double jitter = 0.9 + 0.2 * random.nextDouble();
    arm(Duration.ofMillis((long) (every.toMillis() * jitter)));
  }

  private void arm(Duration delay) {
    armedNanos = clock.nanos();
    TriggerKey key = TriggerKey.triggerKey(POLL);
    Trigger next =
        TriggerBuilder.newTrigger()
            .withIdentity(key)
            .forJob(POLL)
            .startAt(Date.from(clock.now().plus(delay)))
            .withSchedule(
                SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
            .build();
    try {
      if (scheduler.isShutdown()) {
        return;
      }
      if (scheduler.rescheduleJob(key, next) == null) {
        scheduler.scheduleJob(next);
      }
    } catch (SchedulerException e) {
      // watch() tries again after two intervals.
      LOG.warn("the next poll could not be armed: {}", e.getMessage());
    }
  }

  private static JobDetail durable(String name) {
    return JobBuilder.newJob(Job.class).withIdentity(name).storeDurably().build();
  }

  private static Scheduler scheduler() throws SchedulerException {
    SimpleThreadPool threads = new SimpleThreadPool(1, Thread.NORM_PRIORITY);
    threads.setThreadNamePrefix("schedule");
    threads.setMakeThreadsDaemons(true);
    DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
    // One per process is the rule; tests make more.
    String instance = NAME + "-" + System.identityHashCode(threads);
    threads.initialize();
    factory.createScheduler(NAME, instance, threads, new RAMJobStore());
    return factory.getScheduler(NAME);
  }
}
