package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.store.GateTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Open gates, as rows. */
final class SqlGates implements GateTable {
  /** No name of a node has one. */
  private static final String BETWEEN = " ";

  private final Handle handle;

  SqlGates(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void open(Gate gate) {
    handle.execute(
        "insert into gates (ref, before_id, candidate_id, owner, opened_at, canaries)"
            + " values (?, ?, ?, ?, ?, ?)",
        gate.ref(),
        Columns.text(gate.before()),
        gate.candidate().value(),
        gate.owner(),
        gate.openedAt().toEpochMilli(),
        gate.canaries().stream().map(NodeName::value).collect(Collectors.joining(BETWEEN)));
  }

  @Override
  public Optional<Gate> find(String ref) {
    return handle.select("select * from gates where ref = ?", ref).map(SqlGates::gate).findOne();
  }

  @Override
  public List<Gate> all() {
    return handle.select("select * from gates order by ref").map(SqlGates::gate).list();
  }

  @Override
  public void close(String ref) {
    handle.execute("delete from gates where ref = ?", ref);
  }

  private static Gate gate(ResultSet row, StatementContext context) throws SQLException {
    return new Gate(
        Columns.text(row, "ref"),
        Columns.commitOrNull(row, "before_id"),
        Columns.commit(row, "candidate_id"),
        Columns.text(row, "owner"),
        Columns.instant(row, "opened_at"),
        Arrays.stream(Columns.text(row, "canaries").split(BETWEEN)).map(NodeName::new).toList());
  }
}
