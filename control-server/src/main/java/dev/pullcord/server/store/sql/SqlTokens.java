package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.store.ApiTokenTable;
import dev.pullcord.server.store.JoinTokenTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Both sorts of tokens, as rows. */
final class SqlTokens {
  private SqlTokens() {}

  /** Secrets with which nodes may join. */
  static final class Join implements JoinTokenTable {
    private final Handle handle;

    Join(Handle handle) {
      this.handle = handle;
    }

    @Override
    public void insert(StoredInvitation token) {
      handle.execute(
          "insert into join_tokens (id, secret_hash, created_by, expires_at, uses_left,"
              + " name_pattern, labels, refs) values (?, ?, ?, ?, ?, ?, ?, ?)",
          token.id(),
          token.secretHash(),
          token.createdBy(),
          token.expiresAt().toEpochMilli(),
          token.usesLeft(),
          token.namePattern(),
          PullcordJson.write(token.labels()),
          PullcordJson.write(token.refs()));
    }

    @Override
    public Optional<StoredInvitation> find(String id) {
      return handle
          .select("select * from join_tokens where id = ?", id)
          .map((row, _) -> row(row))
          .findOne();
    }

    @Override
    public List<StoredInvitation> longest(int limit) {
      return handle
          .select("select * from join_tokens order by expires_at desc, id limit ?", limit)
          .map((row, _) -> row(row))
          .list();
    }

    private static StoredInvitation row(ResultSet row) throws SQLException {
      return new StoredInvitation(
          Columns.text(row, "id"),
          Columns.text(row, "secret_hash"),
          Columns.text(row, "created_by"),
          Columns.instant(row, "expires_at"),
          row.getInt("uses_left"),
          row.getString("name_pattern"),
          Columns.map(row, "labels"),
          Columns.list(row, "refs"));
    }

    @Override
    public int open(Instant now) {
      return handle
          .select(
              "select count(*) from join_tokens where uses_left > 0 and expires_at > ?",
              now.toEpochMilli())
          .mapTo(Integer.class)
          .one();
    }

    @Override
    public Map<String, Integer> joined() {
      Map<String, Integer> counts = new HashMap<>();
      handle
          .select("select join_token, count(*) as nodes from nodes group by join_token")
          .map((row, _) -> Map.entry(Columns.text(row, "join_token"), row.getInt("nodes")))
          .forEach(e -> counts.put(e.getKey(), e.getValue()));
      return counts;
    }

    @Override
    public void remove(String id) {
      handle.execute("delete from join_tokens where id = ?", id);
    }

    @Override
    public void use(String id) {
      handle.execute("update join_tokens set uses_left = uses_left - 1 where id = ?", id);
    }

    @Override
    public void removeExpired(Instant before) {
      handle.execute("delete from join_tokens where expires_at < ?", before.toEpochMilli());
    }
  }

  /** Secrets with which people sign in. */
  static final class Api implements ApiTokenTable {
    private final Handle handle;

    Api(Handle handle) {
      this.handle = handle;
    }

    @Override
    public void insert(StoredToken token) {
      handle.execute(
          "insert into api_tokens (id, owner, role, secret_hash, created_at, created_by,"
              + " expires_at) values (?, ?, ?, ?, ?, ?, ?)",
          token.id(),
          token.owner(),
          token.role(),
          token.secretHash(),
          token.createdAt().toEpochMilli(),
          token.createdBy(),
          Columns.millis(token.expiresAt()));
    }

    @Override
    public List<StoredToken> all() {
      return handle
          .select("select * from api_tokens order by id")
          .map((row, context) ->
              new StoredToken(
                  Columns.text(row, "id"),
                  Columns.text(row, "owner"),
                  Columns.text(row, "role"),
                  Columns.text(row, "secret_hash"),
                  Columns.instant(row, "created_at"),
                  row.getString("created_by"),
                  Columns.instantOrNull(row, "expires_at")))
          .list();
    }

    @Override
    public void remove(String id) {
      handle.execute("delete from api_tokens where id = ?", id);
    }
  }
}
