package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Suspension;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Nodes, as rows. */
final class SqlNodes implements NodeTable {
  private static final String LIVE = "select * from nodes where removed_at is null ";

  private final Handle handle;

  SqlNodes(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void insert(StoredNode node) {
    handle.execute(
        "insert into nodes (id, name, key_id, labels, ref, join_token, enrolled_at)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        node.id(),
        node.name().value(),
        node.key().value(),
        PullcordJson.write(node.settings().labels()),
        node.settings().ref(),
        node.joined().token(),
        node.joined().at().toEpochMilli());
  }

  @Override
  public Optional<StoredNode> find(long id) {
    return handle.select(LIVE + "and id = ?", id).map(SqlNodes::row).findOne();
  }

  @Override
  public Optional<StoredNode> findByName(NodeName name) {
    return handle.select(LIVE + "and name = ?", name.value()).map(SqlNodes::row).findOne();
  }

  @Override
  public Optional<StoredNode> findByKey(NodeKeyId key) {
    return handle.select(LIVE + "and key_id = ?", key.value()).map(SqlNodes::row).findOne();
  }

  @Override
  public List<StoredNode> all() {
    return handle.select(LIVE + "order by name").map(SqlNodes::row).list();
  }

  @Override
  public boolean anyOn(String branch) {
    return handle
        .select(
            "select exists (select 1 from nodes n left join pins p on p.node = n.id"
                + " where n.removed_at is null"
                + " and case when p.node is null then n.ref when p.branch then p.ref end = ?)",
            branch)
        .mapTo(Boolean.class)
        .one();
  }

  @Override
  public Map<NodeKeyId, Removal> removedKeys() {
    Map<NodeKeyId, Removal> removed = new HashMap<>();
    handle
        .select(
            "select key_id, removed_by, removed_at from nodes where removed_at is not null and"
                + " key_id not in (select key_id from nodes where removed_at is null)"
                + " order by removed_at")
        .map((row, context) ->
            Map.entry(
                new NodeKeyId(Columns.text(row, "key_id")),
                new Removal(row.getString("removed_by"), Columns.instant(row, "removed_at"))))
        .forEach(entry -> removed.put(entry.getKey(), entry.getValue()));
    return removed;
  }

  @Override
  public void decide(Map<Long, DesiredState> decisions) {
    if (decisions.isEmpty()) {
      return;
    }
    PreparedBatch batch = handle.prepareBatch("update nodes set decision = ? where id = ?");
    decisions.forEach((id, decision) -> batch.add(PullcordJson.write(decision), id));
    batch.execute();
  }

  @Override
  public void follow(long id, String ref) {
    handle.execute("update nodes set ref = ? where id = ?", ref, id);
  }

  @Override
  public void label(long id, Map<String, String> labels) {
    handle.execute("update nodes set labels = ? where id = ?", PullcordJson.write(labels), id);
  }

  @Override
  public void order(long id, Orders orders) {
    handle.execute("update nodes set orders = ? where id = ?", PullcordJson.write(orders), id);
  }

  @Override
  public void suspend(long id, @Nullable Suspension suspension) {
    String json = suspension == null ? null : PullcordJson.write(suspension);
    handle.execute("update nodes set suspension = ? where id = ?", json, id);
  }

  @Override
  public void retry(long id, long revision) {
    handle.execute(
        "update nodes set retry = retry + 1, retry_revision = ? where id = ?", revision, id);
  }

  @Override
  public long startEpoch(long id, String agentVersion, String bootId, Instant at) {
    return handle
        .select(
            "update nodes set epoch = epoch + 1, agent_version = ?, boot_id = ?,"
                + " last_seen = ? where id = ? returning epoch",
            agentVersion,
            bootId,
            at.toEpochMilli(),
            id)
        .mapTo(Long.class)
        .one();
  }

  @Override
  public void contact(long id, NodeContact contact) {
    handle.execute("update nodes set contact = ? where id = ?", PullcordJson.write(contact), id);
  }

  @Override
  public void raiseEpoch(long id, long epoch) {
    handle.execute("update nodes set epoch = ? where id = ? and epoch < ?", epoch, id, epoch);
  }

  @Override
  public void seen(long id, @Nullable Instant lastSeen, Standing standing) {
    handle.execute(
        "update nodes set last_seen = ?, state = ?, state_since = ? where id = ?",
        Columns.millis(lastSeen),
        standing.state().name(),
        standing.since().toEpochMilli(),
        id);
  }

  @Override
  public void remove(long id, Removal removal) {
    handle.execute(
        "update nodes set removed_at = ?, removed_by = ?, decision = null, contact = null,"
            + " orders = null, suspension = null, state = null, state_since = null,"
            + " labels = '{}' where id = ?",
        removal.at().toEpochMilli(),
        removal.by(),
        id);
  }

  private static StoredNode row(ResultSet row, StatementContext context) throws SQLException {
    return new StoredNode(
        row.getLong("id"),
        new NodeName(Columns.text(row, "name")),
        new NodeKeyId(Columns.text(row, "key_id")),
        new StoredNode.Joined(Columns.text(row, "join_token"), Columns.instant(row, "enrolled_at")),
        new StoredNode.Settings(
            Columns.map(row, "labels"),
            Columns.text(row, "ref"),
            row.getLong("retry"),
            row.getLong("retry_revision"),
            orders(row.getString("orders")),
            suspension(row.getString("suspension"))),
        decision(row.getString("decision")),
        new StoredNode.Agent(
            row.getLong("epoch"),
            row.getString("agent_version"),
            Columns.instantOrNull(row, "last_seen"),
            contact(row.getString("contact"))),
        standing(row));
  }

  private static @Nullable Standing standing(ResultSet row) throws SQLException {
    String state = row.getString("state");
    return state == null
        ? null
        : new Standing(NodeState.valueOf(state), Columns.instant(row, "state_since"));
  }

  private static Orders orders(@Nullable String json) {
    return json == null ? Orders.NONE : Columns.json(json, Orders.class);
  }

  private static @Nullable Suspension suspension(@Nullable String json) {
    return json == null ? null : Columns.json(json, Suspension.class);
  }

  private static NodeContact contact(@Nullable String json) {
    return json == null ? NodeContact.NONE : Columns.json(json, NodeContact.class);
  }

  private static @Nullable DesiredState decision(@Nullable String json) {
    return json == null ? null : Columns.json(json, DesiredState.class);
  }
}
