package dev.pullcord.agent.fake;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.rights.Signals;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.WorkerKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Runs generations in memory: they live until a test ends them, or ends what is asked to. */
public final class FakeRunner implements Runner {
  /** The generations that live. */
  public final Set<Long> living = new TreeSet<>();

  /** Those that were asked to end, in order. */
  public final List<Long> asked = new ArrayList<>();

  /** Whether whoever is asked to end does so at once. */
  public boolean obedient = true;

  /** Why nothing can be started; null when it can. */
  public @Nullable String broken;

  /** Whether what is started ends before it can be seen. */
  public boolean stillborn;

  /** What main processes have left behind. */
  public final List<ProcessId> left = new ArrayList<>();

  /** Each time that one of them was to be asked to end; it may not be. */
  public int refusals;

  @Override
  public Optional<String> problem(String worker) {
    return Optional.empty();
  }

  @Override
  public Optional<Found> start(Generation generation, WorkerKind.Launch.Of launch)
      throws IOException {
    if (broken != null) {
      throw new IOException(broken);
    }
    if (stillborn) {
      return Optional.empty();
    }
    living.add(generation.number());
    return Optional.of(new Found(new ProcessId(1000 + generation.number(), 1)));
  }

  @Override
  public void adopt(Generation generation) {}

  @Override
  public void terminate(Generation generation) {
    asked.add(generation.number());
    if (obedient) {
      living.remove(generation.number());
    }
  }

  @Override
  public List<ProcessId> rest(Generation generation) {
    return List.copyOf(left);
  }

  @Override
  public void terminateRest(Generation generation, List<ProcessId> some, Signals signals)
      throws IOException {
    refusals += some.size();
    throw new IOException("Operation not permitted");
  }

  @Override
  public Optional<Integer> exitCode(Generation generation) {
    return living.contains(generation.number()) ? Optional.empty() : Optional.of(3);
  }

  @Override
  public Optional<String> neverStarted(Generation generation) {
    return Optional.empty();
  }

  @Override
  public void forgetGone() {}

  @Override
  public Optional<Found> settle(Generation intended) {
    return Optional.empty();
  }

  @Override
  public Optional<Found> revive(Generation ofAnotherBoot) {
    return Optional.empty();
  }

  @Override
  public Optional<Found> find(Generation unknown) {
    return Optional.empty();
  }

  @Override
  public boolean alive(Generation generation) {
    return living.contains(generation.number());
  }
}
