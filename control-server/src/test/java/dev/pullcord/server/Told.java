package dev.pullcord.server;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.store.AuditTable;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told, all of it, without a time. */
public final class Told implements AuditTrail {
  private final List<AuditTable.Act> entries = new CopyOnWriteArrayList<>();

  @Override
  public void done(
      String who,
      AuditTable.@Nullable Source from,
      String what,
      String subject,
      @Nullable String before,
      @Nullable String after) {
    add(new AuditTable.Act(Instant.EPOCH, who, from, what, subject, before, after, false, 1));
  }

  @Override
  public void refused(String who, AuditTable.Source from, String what, String subject, String why) {
    add(new AuditTable.Act(Instant.EPOCH, who, from, what, subject, null, why, true, 1));
  }

  private void add(AuditTable.Act entry) {
    entries.add(entry);
  }

  /** What it was told, in that order. */
  public List<AuditTable.Act> entries() {
    return List.copyOf(entries);
  }
}
