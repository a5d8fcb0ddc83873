package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The units of workers of kind {@code systemd}: what they are now, and what they were before. */
public final class Units {
  private static final Duration RECENT = Duration.ofMillis(200);

  private final StateDirectory directory;
  private final Systemctl systemctl;
  private final HostClock clock;
  private final Signal never = new Signal();
  private final Map<String, Seen> seen = new HashMap<>();

  private final Map<String, Failed> failed = new HashMap<>();

  private record Seen(UnitState state, long at) {}

  private record Failed(String why, long at) {}

  /** Of an agent. */
  public Units(StateDirectory directory, HostClock clock, ServiceManager manager) {
    this.directory = directory;
    this.systemctl = Systemctl.of(manager, directory, clock);
    this.clock = clock;
  }

  Systemctl systemctl() {
    return systemctl;
  }

  /** Asks for its start, and does not wait. */
  public void start(String unit) throws IOException {
    systemctl.startOther(unit);
  }

  /** Asks for its end, and does not wait. */
  public void stop(String unit) throws IOException {
    systemctl.stopOther(unit);
  }

  /** As it is now. */
  public UnitState look(String unit) throws IOException {
    try {
      UnitState state = UnitState.of(systemctl.show(unit, UnitState.PROPERTIES));
      seen.put(unit, new Seen(state, clock.nanos()));
      failed.remove(unit);
      return state;
    } catch (IOException e) {
      seen.remove(unit);
      failed.put(unit, new Failed(String.valueOf(e.getMessage()), clock.nanos()));
      throw e;
    }
  }

  /**
   * As it was a moment ago: for whoever asks again and again. A question that failed a moment ago
   * fails again, since a systemd that hangs takes its time for each.
   */
  public UnitState lately(String unit) throws IOException {
    Failed failure = failed.get(unit);
    if (failure != null && isRecent(failure.at)) {
      throw new IOException(failure.why);
    }
    Seen last = seen.get(unit);
    return last != null && isRecent(last.at) ? last.state : look(unit);
  }

  private boolean isRecent(long at) {
    return clock.nanos() - at < RECENT.toNanos();
  }

  public void pause(Duration time) {
    clock.await(never, never.count(), time);
  }

  public long nanos() {
    return clock.nanos();
  }

  /**
   * Which unit a generation is.
   *
   * @param unit its name
   * @param before the invocation that ran last before it was started; empty for none
   */
  public record Mark(String unit, String before) {}

  public void mark(Generation generation, Mark mark) throws IOException {
    Files.writeString(
        new GenerationFiles(directory, generation.number()).log(),
        "what it says is in the journal: journalctl -u " + mark.unit + "\n");
    AtomicFiles.write(file(generation), mark.unit + "\n" + mark.before + "\n");
  }

  /** Empty for one whose start was never come to. */
  public Optional<Mark> mark(Generation generation) throws IOException {
    try {
      byte[] text = Files.readAllBytes(file(generation)); // damage is another unit, or none
      List<String> lines = new String(text, StandardCharsets.UTF_8).lines().toList();
      return lines.size() == 2
          ? Optional.of(new Mark(lines.get(0), lines.get(1)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path file(Generation generation) {
    return directory.generation(generation.number()).resolve("unit");
  }
}
