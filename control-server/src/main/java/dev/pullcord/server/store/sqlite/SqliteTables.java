package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.AlertTable;
import dev.pullcord.server.store.ApiTokenTable;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.FreezeTable;
import dev.pullcord.server.store.GateTable;
import dev.pullcord.server.store.HistoryTable;
import dev.pullcord.server.store.JoinTokenTable;
import dev.pullcord.server.store.MirrorTable;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.OutboxTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Revisions;
import dev.pullcord.server.store.RollbackTable;
import dev.pullcord.server.store.RolloutTable;
import dev.pullcord.server.store.RunTable;
import dev.pullcord.server.store.SessionTable;
import dev.pullcord.server.store.Tables;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The aggregates over one connection, for one task. */
final class SqliteTables implements Tables {
  private final Handle handle;
  private final List<Runnable> afterCommit = new ArrayList<>();

  SqliteTables(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void touch() {
    handle.execute(
        "insert into counters (name, value) values ('touched', 1)"
            + " on conflict (name) do update set value = value + 1");
  }

  @Override
  public NodeTable nodes() {
    return new SqliteNodes(handle);
  }

  @Override
  public PinTable pins() {
    return new SqlitePins(handle);
  }

  @Override
  public FreezeTable freezes() {
    return new SqliteFreezes(handle);
  }

  @Override
  public RollbackTable rollbacks() {
    return new SqliteRollbacks(handle);
  }

  @Override
  public RefTable refs() {
    return new SqliteRefs(handle);
  }

  @Override
  public DeploymentTable deployments() {
    return new SqliteDeployments(handle);
  }

  @Override
  public RolloutTable rollouts() {
    return new SqliteRollouts(handle);
  }

  @Override
  public GateTable gates() {
    return new SqliteGates(handle);
  }

  @Override
  public RunTable runs() {
    return new SqliteRuns(handle);
  }

  @Override
  public ReportTable reports() {
    return new SqliteReports(handle);
  }

  @Override
  public HistoryTable history() {
    return new SqliteHistory(handle);
  }

  @Override
  public JoinTokenTable joinTokens() {
    return new SqliteTokens.Join(handle);
  }

  @Override
  public ApiTokenTable apiTokens() {
    return new SqliteTokens.Api(handle);
  }

  @Override
  public SessionTable sessions() {
    return new SqliteSessions(handle);
  }

  @Override
  public MirrorTable mirror() {
    return new SqliteMirror(handle);
  }

  @Override
  public AlertTable alerts() {
    return new SqliteAlerts(handle);
  }

  @Override
  public OutboxTable outbox() {
    return new SqliteOutbox(handle);
  }

  @Override
  public AuditTable audit() {
    return new SqliteAudit(handle);
  }

  @Override
  public Revisions revisions() {
    return new SqliteRevisions(handle);
  }

  @Override
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  List<Runnable> afterCommit() {
    return afterCommit;
  }
}
