package dev.pullcord.agent.journal;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the journal agree with the world, before every pass and above all after a kill. It starts
 * and stops nothing.
 *
 * <ul>
 *   <li>A start that was intended and not noted: claimed here, and then it never happened; or the
 *       shim was first, and its process is taken over.
 *   <li>A generation of which no process lives, also by a reboot, has exited. One whose main
 *       process is gone and that has others drains. One that the host has started again after a
 *       boot is taken over; one that it has not yet, never is.
 *   <li>{@code current}: what the link says is what is active, unless it is not a tree of ours.
 *   <li>A tree that is gone from the disk is forgotten.
 *   <li>A living process of a generation that the journal does not know (a damaged journal): taken
 *       over from its record, so that no second worker is started beside it.
 *   <li>A SIGTERM that was intended and not noted stays intended: the next drain goes through the
 *       same claim again, and only the first to claim ever sends it.
 * </ul>
 */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;
  private final Lives lives;
  private final String boot;

  /** For this journal of this directory. */
  public Recovery(StateDirectory directory, Journal journal, HostClock clock, Lives lives) {
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
    this.lives = lives;
    this.boot = Processes.bootId();
  }

  /** All of it, once, when an agent starts. */
  public AgentHistory recover() throws IOException {
    for (Generation generation : journal.history().generations().values()) {
      if (ofAnotherBoot(generation)) {
        revive(generation);
      } else if (generation.phase() == Generation.Phase.INTENDED) {
        settle(generation);
      }
    }
    adoptUnknown();
    for (Release release : journal.history().releases().values()) {
      forgetIfGone(release);
    }
    return observe();
  }

  private void forgetIfGone(Release release) {
    if (!Files.isDirectory(directory.release(release.name()), LinkOption.NOFOLLOW_LINKS)) {
      LOG.warn("release {} is gone from the disk", release.name());
      journal.append(new Entry.Collected(release.name()));
    }
  }

  /** What a pass looks at first: who still lives, and where {@code current} points. */
  public AgentHistory observe() throws IOException {
    for (Generation generation : journal.history().generations().values()) {
      if (gone(generation)) {
        journal.append(new GenerationEntry.Exited(generation.number(), clock.now()));
      } else if (generation.phase() != Generation.Phase.TERM_SENT && !lives.works(generation)) {
        journal.append(new GenerationEntry.MainEnded(generation.number(), clock.now()));
      }
    }
    // All of them are looked at when an agent starts; a pass depends on these two.
    journal.history().appliedRelease().ifPresent(this::forgetIfGone);
    journal.history().activeRelease().ifPresent(this::forgetIfGone);
    String active = activeOnDisk();
    String known = journal.history().active();
    if (active == null ? known != null : !active.equals(known)) {
      journal.append(new Entry.Switched(active, clock.now()));
    }
    for (Generation generation : journal.history().generations().values()) {
      new GenerationFiles(directory, generation.number()).mendLink(generation);
    }
    return journal.history();
  }

  /** Where the boot has no name, no note of it says anything. */
  private boolean ofAnotherBoot(Generation generation) {
    return !generation.boot().equals(boot) || boot.equals(Processes.UNKNOWN_BOOT);
  }

  private boolean gone(Generation generation) {
    if (generation.phase() == Generation.Phase.INTENDED) {
      return !lives.lingers(generation);
    }
    return !generation.boot().equals(boot) || !lives.alive(generation);
  }

  private void settle(Generation generation) throws IOException {
    Optional<Lives.Found> found = lives.settle(generation);
    if (found.isPresent()) {
      ProcessId process = found.get().process();
      journal.append(new GenerationEntry.Started(generation.number(), process, generation.since()));
    }
  }

  private void revive(Generation generation) throws IOException {
    Optional<Lives.Found> found = lives.revive(generation);
    if (found.isPresent()) {
      ProcessId process = found.get().process();
      LOG.info(
          process != null && process.equals(generation.process())
              ? "generation {} lives: only the boot id that this agent reads is another"
              : "generation {} was started again after a boot: taken over",
          generation.number());
      journal.append(new GenerationEntry.Revived(generation.number(), boot, process, clock.now()));
    }
  }

  private @Nullable String activeOnDisk() throws IOException {
    Path target = AtomicFiles.readLink(directory.current());
    if (target == null || target.getFileName() == null) {
      return null;
    }
    String name = target.getFileName().toString();
    boolean ours =
        target.equals(StateDirectory.toRelease(name))
            && journal.history().releases().containsKey(name)
            && Files.isDirectory(directory.release(name), LinkOption.NOFOLLOW_LINKS);
    if (!ours && journal.history().active() != null) {
      LOG.warn("{} leads to {}, which is no release of ours", directory.current(), target);
    }
    return ours ? name : null;
  }

  private void adoptUnknown() throws IOException {
    for (long number : GenerationFiles.numbers(directory)) {
      if (journal.history().generations().containsKey(number)) {
        continue;
      }
      GenerationFiles files = new GenerationFiles(directory, number);
      Optional<Generation> record = files.record();
      if (record.isEmpty()) {
        files.removeUnfinished();
      }
      Optional<Lives.Found> found = record.isEmpty() ? Optional.empty() : lives.find(record.get());
      if (found.isPresent()) {
        LOG.warn("generation {} lives and the journal did not know it: taken over", number);
        journal.append(new GenerationEntry.StartIntent(record.get()));
        ProcessId process = found.get().process();
        journal.append(
            record.get().boot().equals(boot)
                ? new GenerationEntry.Started(number, process, record.get().startedAt())
                : new GenerationEntry.Revived(number, boot, process, clock.now()));
      }
    }
  }
}
