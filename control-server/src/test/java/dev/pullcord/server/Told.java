package dev.pullcord.server;

import dev.pullcord.server.audit.Trail;
import dev.pullcord.server.store.Audit;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told, all of it, without a time. */
public final class Told implements Trail {
  private final List<Audit.Entry> entries = new CopyOnWriteArrayList<>();

  @Override
  public void done(
      String who,
      Audit.@Nullable Source from,
      String what,
      String subject,
      @Nullable String before,
      @Nullable String after) {
    add(new Audit.Entry(Instant.EPOCH, who, from, what, subject, before, after, false, 1));
  }

  @Override
  public void refused(String who, Audit.Source from, String what, String subject, String why) {
    add(new Audit.Entry(Instant.EPOCH, who, from, what, subject, null, why, true, 1));
  }

  private void add(Audit.Entry entry) {
    entries.add(entry);
  }

  /** What it was told, in that order. */
  public List<Audit.Entry> entries() {
    return List.copyOf(entries);
  }
}
