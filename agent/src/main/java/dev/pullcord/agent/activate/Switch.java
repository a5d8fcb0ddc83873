package dev.pullcord.agent.activate;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.util.List;

/**
 * Points {@code current} to a release by renaming a fresh link over it: intent, forced; rename,
 * forced; note. A kill in between leaves the old link or the new one, and the link itself says
 * which. Undone by switching back.
 */
public final class Switch {
  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;
  private final TargetLinks links;

  /** Of that directory. */
  public Switch(StateDirectory directory, Journal journal, HostClock clock) {
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
    this.links = new TargetLinks(directory);
  }

  /**
   * From now on every generation that works as this release asks for sees it; the others go on
   * seeing the one that was active, and a newcomer its own.
   *
   * @return a line for each link elsewhere that was made or repointed
   * @throws IOException also when {@code current} was swapped and such a link could not be made
   */
  public List<String> to(String release) throws IOException {
    journal.append(new Entry.SwitchIntent(release));
    AgentHistory history = journal.history();
    Release asking = history.releases().get(release);
    for (Generation generation : history.generations().values()) {
      GenerationFiles files = new GenerationFiles(directory, generation.number());
      if (asking != null && generation.hasWork() && asking.asksFor(generation)) {
        files.follow();
      } else if (history.active() != null && !generation.newcomer()) {
        files.freezeAt(directory.release(history.active()));
      }
    }
    AtomicFiles.swapLink(directory.current(), StateDirectory.toRelease(release));
    journal.append(new Entry.Switched(release, clock.now()));
    return asking == null ? List.of() : links.place(asking.preparation().links());
  }

  /** There is no release: the first deployment failed. */
  public void clear() throws IOException {
    journal.append(new Entry.SwitchIntent(null));
    AtomicFiles.remove(directory.current());
    journal.append(new Entry.Switched(null, clock.now()));
  }
}
