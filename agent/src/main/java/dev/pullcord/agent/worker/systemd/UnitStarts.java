package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts instances of the worker's unit, and finds out what became of a start: the unit notes its
 * process in its claim; until it has, systemd is asked. A start whose answer was lost is not asked
 * for again: whoever claims first decides.
 */
final class UnitStarts {
  private static final Logger LOG = LoggerFactory.getLogger(UnitStarts.class);
  private static final Duration BEGINS_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private final StateDirectory directory;
  private final HostClock clock;
  private final Systemctl systemctl;
  private final ServiceManager manager;
  private final Signal never = new Signal();

  UnitStarts(
      StateDirectory directory, HostClock clock, Systemctl systemctl, ServiceManager manager) {
    this.directory = directory;
    this.clock = clock;
    this.systemctl = systemctl;
    this.manager = manager;
  }

  /**
   * Starts a generation, and waits until its process is known.
   *
   * @param user the one of its own that its worker has
   * @return its process; empty when it has ended before it was noted
   * @throws IOException if systemd refused, or nothing began in time: then it is taken back
   */
  Optional<ProcessId> start(
      Generation generation, WorkerKind.Launch.Of launch, Optional<String> user)
      throws IOException {
    long number = generation.number();
    String unit = UnitTemplate.instance(number, user);
    StartFiles own = new StartFiles(directory, number);
    own.create(generation, launch, manager.handover(), user);
    GenerationFiles files = new GenerationFiles(directory, number);
    Optional<ProcessId> process;
    try {
      systemctl.start(unit);
      process = begun(files, own);
    } catch (IOException e) {
      process = settle(number, files.claim());
      if (process.isEmpty()) {
        throw new IOException(e.getMessage() + "; " + UnitTemplate.ADVICE, e);
      }
    }
    if (process.isEmpty() && !own.hasEnded()) {
      process = settle(number, files.claim());
      if (process.isEmpty()) {
        takeBack(number);
        throw new IOException(
            "%s did not begin within %d s; journalctl -u %s says why"
                .formatted(unit, BEGINS_WITHIN.toSeconds(), unit));
      }
    }
    return process;
  }

  /** The process that has begun; empty when it has ended before it was noted, or never began. */
  private Optional<ProcessId> begun(GenerationFiles files, StartFiles own) throws IOException {
    long end = clock.nanos() + BEGINS_WITHIN.toNanos();
    Optional<ProcessId> process = files.startedAs();
    while (process.isEmpty() && !own.hasEnded() && clock.nanos() - end < 0) {
      clock.await(never, never.count(), LOOK_EVERY);
      process = files.startedAs();
    }
    return process;
  }

  /** Of a claim that nobody has put a process into, systemd knows what became of it. */
  Optional<ProcessId> settle(long number, Path claim) throws IOException {
    Optional<ProcessId> process = new GenerationFiles(directory, number).settle(claim, clock);
    long end = clock.nanos() + BEGINS_WITHIN.toNanos();
    while (process.isEmpty() && GenerationFiles.isOpen(claim) && clock.nanos() - end < 0) {
      UnitState now = UnitState.of(systemctl.show(unit(number), UnitState.PROPERTIES));
      process = now.main().or(() -> noted(claim));
      if (now.gone()) {
        return process;
      }
      clock.await(never, never.count(), LOOK_EVERY);
    }
    return process;
  }

  private static Optional<ProcessId> noted(Path claim) {
    try {
      return GenerationFiles.claimedBy(claim);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A job that still waits is taken back; what has begun all the same is told to stop. */
  void takeBack(long number) {
    try {
      systemctl.stop(unit(number));
    } catch (IOException e) {
      LOG.warn("{} may still begin: {}", unit(number), e.getMessage());
    }
  }

  private String unit(long number) {
    return UnitTemplate.instance(number, new GenerationFiles(directory, number).user());
  }
}
