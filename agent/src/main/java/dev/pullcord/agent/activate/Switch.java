package dev.pullcord.agent.activate;

import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Points {@code current} to a release by renaming a fresh link over it: intent, forced; rename,
 * forced; note. A kill in between leaves the old link or the new one, and the link itself says
 * which. Undone by switching back.
 */
public final class Switch {
  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;

  /** Of that directory. */
  public Switch(StateDirectory directory, Journal journal, HostClock clock) {
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
  }

  /** From now on every consuming generation sees this release. */
  public void to(String release) throws IOException {
    journal.append(new Entry.SwitchIntent(release));
    // Relative, so that a state directory that was moved still works.
    AtomicFiles.swapLink(directory.current(), Path.of("releases", release));
    journal.append(new Entry.Switched(release, clock.now()));
  }

  /** There is no release: the first deployment failed. */
  public void clear() throws IOException {
    journal.append(new Entry.SwitchIntent(null));
    AtomicFiles.remove(directory.current());
    journal.append(new Entry.Switched(null, clock.now()));
  }
}
