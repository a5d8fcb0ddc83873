package dev.pullcord.server.store.sql;

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
import dev.pullcord.server.store.RepositoryTable;
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
public final class SqlTables implements Tables {
  private final Handle handle;
  private final SqlReports.Turns turns;
  private final List<Runnable> afterCommit = new ArrayList<>();

  /** Of that connection, within its transaction; it counts nothing for another. */
  public SqlTables(Handle handle) {
    this(handle, new SqlReports.Turns());
  }

  /** Of the connection that writes, within its transaction. */
  SqlTables(Handle handle, SqlReports.Turns turns) {
    this.handle = handle;
    this.turns = turns;
  }

  @Override
  public void touch() {
    handle.execute(
        "insert into counters (name, value) values ('touched', 1)"
            + " on conflict (name) do update set value = counters.value + 1");
  }

  @Override
  public NodeTable nodes() {
    return new SqlNodes(handle);
  }

  @Override
  public PinTable pins() {
    return new SqlPins(handle);
  }

  @Override
  public FreezeTable freezes() {
    return new SqlFreezes(handle);
  }

  @Override
  public RollbackTable rollbacks() {
    return new SqlRollbacks(handle);
  }

  @Override
  public RefTable refs() {
    return new SqlRefs(handle);
  }

  @Override
  public DeploymentTable deployments() {
    return new SqlDeployments(handle);
  }

  @Override
  public RolloutTable rollouts() {
    return new SqlRollouts(handle);
  }

  @Override
  public GateTable gates() {
    return new SqlGates(handle);
  }

  @Override
  public RunTable runs() {
    return new SqlRuns(handle);
  }

  @Override
  public ReportTable reports() {
    return new SqlReports(handle, turns);
  }

  @Override
  public HistoryTable history() {
    return new SqlHistory(handle);
  }

  @Override
  public JoinTokenTable joinTokens() {
    return new SqlTokens.Join(handle);
  }

  @Override
  public ApiTokenTable apiTokens() {
    return new SqlTokens.Api(handle);
  }

  @Override
  public SessionTable sessions() {
    return new SqlSessions(handle);
  }

  @Override
  public MirrorTable mirror() {
    return new SqlMirror(handle);
  }

  @Override
  public AlertTable alerts() {
    return new SqlAlerts(handle);
  }

  @Override
  public OutboxTable outbox() {
    return new SqlOutbox(handle);
  }

  @Override
  public AuditTable audit() {
    return new SqlAudit(handle);
  }

  @Override
  public RepositoryTable repository() {
    return new SqlRepository(handle);
  }

  @Override
  public Revisions revisions() {
    return new SqlRevisions(handle);
  }

  @Override
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /** What is to be run when the transaction is on disk, in order. */
  public List<Runnable> afterCommit() {
    return afterCommit;
  }
}
