package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.ApiTokens;
import dev.pullcord.server.store.Audit;
import dev.pullcord.server.store.Deployments;
import dev.pullcord.server.store.JoinTokens;
import dev.pullcord.server.store.Nodes;
import dev.pullcord.server.store.Pins;
import dev.pullcord.server.store.Refs;
import dev.pullcord.server.store.Reports;
import dev.pullcord.server.store.Revisions;
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
  public Nodes nodes() {
    return new SqliteNodes(handle);
  }

  @Override
  public Pins pins() {
    return new SqlitePins(handle);
  }

  @Override
  public Refs refs() {
    return new SqliteRefs(handle);
  }

  @Override
  public Deployments deployments() {
    return new SqliteDeployments(handle);
  }

  @Override
  public Reports reports() {
    return new SqliteReports(handle);
  }

  @Override
  public JoinTokens joinTokens() {
    return new SqliteTokens.Join(handle);
  }

  @Override
  public ApiTokens apiTokens() {
    return new SqliteTokens.Api(handle);
  }

  @Override
  public Audit audit() {
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
