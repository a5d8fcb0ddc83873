package dev.pullcord.agent.rig;

import dev.pullcord.agent.journal.JournalProbe;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Ends the agent at its n-th boundary, and, if asked to, takes away what of the journal was not
 * forced by then, although the workers live on: harsher than any power loss.
 */
public final class CrashPoint implements JournalProbe {
  /** Not an exception, so that nothing catches it by mistake. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    public Crash(String at) {
      super(at);
    }
  }

  private final IntPredicate at;
  private final String name;
  private final boolean forces;
  private long durable;
  private final List<String> passed = new ArrayList<>();

  /** With {@code forces} false, the bug: nothing is ever forced. */
  public CrashPoint(int at, boolean forces, Path journal) throws IOException {
    this(passed -> passed == at, "", forces, journal);
  }

  /** The first boundary of that name. */
  public CrashPoint(String name, Path journal) throws IOException {
    this(_ -> false, name, true, journal);
  }

  private CrashPoint(IntPredicate at, String name, boolean forces, Path journal)
      throws IOException {
    this.at = at;
    this.name = name;
    this.forces = forces;
    this.durable = Files.exists(journal) ? Files.size(journal) : 0;
  }

  @Override
  public void before(Boundary boundary) {
    boundary("before " + boundary.entry());
  }

  @Override
  public void after(Boundary boundary) {
    boundary("after " + boundary.entry());
  }

  @Override
  public void force(FileChannel channel) throws IOException {
    if (forces) {
      durable = channel.position();
    }
  }

  private void boundary(String here) {
    passed.add(here);
    if (at.test(passed.size()) || here.equals(name)) {
      throw new Crash(here);
    }
  }

  /** How many it came by. */
  public int passed() {
    return passed.size();
  }

  public boolean passed(String boundary) {
    return passed.contains(boundary);
  }

  public void losePower(Path journal) throws IOException {
    try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
      channel.truncate(durable);
    }
  }
}
