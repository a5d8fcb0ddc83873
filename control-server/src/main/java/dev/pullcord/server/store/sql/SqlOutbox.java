package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.OutboxTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/** The outbox, as rows. */
final class SqlOutbox implements OutboxTable {
  private static final String WAITING = word(State.WAITING);

  private final Handle handle;

  SqlOutbox(Handle handle) {
    this.handle = handle;
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void add(NewMessage message, Trial first) {
    if (message.slot() != null) {
      handle.execute(
          "delete from outbox where receiver = ? and slot = ? and state = ?",
          message.receiver(),
          message.slot(),
          WAITING);
    }
    handle.execute(
        "insert into outbox (message_id, receiver, event, slot, title, body, created_at, state,"
            + " tries, next_at, until, problem, ended_at)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        message.messageId(),
        message.receiver(),
        message.event(),
        message.slot(),
        message.title(),
        message.body(),
        Columns.millis(message.createdAt()),
        word(first.state()),
        first.tries(),
        Columns.millis(first.nextAt()),
        Columns.millis(first.until()),
        first.problem(),
        Columns.millis(first.endedAt()));
    handle.execute(
        "update outbox set state = ?, problem = ?, ended_at = ? where receiver = ? and state = ?"
            + " and id not in (select id from outbox where receiver = ? and state = ?"
            + " order by id desc limit ?)",
        word(State.GIVEN_UP),
        "more than " + WAITING_MAX + " messages wait for this receiver",
        Columns.millis(message.createdAt()),
        message.receiver(),
        WAITING,
        message.receiver(),
        WAITING,
        WAITING_MAX);
  }

  @Override
  public Optional<OutboxMessage> head(String receiver) {
    return handle
        .select(
            "select * from outbox where receiver = ? and state = ? order by id limit 1",
            receiver,
            WAITING)
        .map(SqlOutbox::message)
        .findOne();
  }

  @Override
  public List<OutboxMessage> newestOfSlots(String receiver) {
    return handle
        .select(
            "select * from outbox where id in (select max(id) from outbox where receiver = ?"
                + " and slot is not null group by slot) order by id",
            receiver)
        .map(SqlOutbox::message)
        .list();
  }

  @Override
  public Optional<OutboxMessage> find(long id) {
    return handle.select("select * from outbox where id = ?", id).map(SqlOutbox::message).findOne();
  }

  @Override
  public List<OutboxMessage> newest(int limit) {
    return handle
        .select("select * from outbox order by id desc limit ?", limit)
        .map(SqlOutbox::message)
        .list();
  }

  @Override
  public Map<String, Integer> waiting() {
    Map<String, Integer> waiting = new TreeMap<>();
    handle
        .select(
            "select receiver, count(*) n from outbox where state = ? group by receiver", WAITING)
        .map((row, _) -> Map.entry(Columns.text(row, "receiver"), row.getInt("n")))
        .forEach(e -> waiting.put(e.getKey(), e.getValue()));
    return waiting;
  }

  @Override
  public void tried(long id, Trial trial) {
    handle.execute(
        "update outbox set state = ?, tries = ?, next_at = ?, until = ?, problem = ?, ended_at = ?"
            + " where id = ?",
        word(trial.state()),
        trial.tries(),
        Columns.millis(trial.nextAt()),
        Columns.millis(trial.until()),
        trial.problem(),
        Columns.millis(trial.endedAt()),
        id);
  }

  @Override
  public void forgetEnded() {
    handle.execute(
        "delete from outbox where id in (select id from (select id, row_number() over"
            + " (partition by receiver order by id desc) n from outbox where state <> ?)"
            + " where n > ?) and (slot is null or id not in"
            + " (select max(id) from outbox where slot is not null group by receiver, slot))",
        WAITING,
        ENDED_KEPT);
  }

  @Override
  public void forgetSlots(String receiver, Collection<String> slots) {
    PreparedBatch batch =
        handle.prepareBatch("delete from outbox where receiver = ? and slot = ? and state <> ?");
    slots.forEach(slot -> batch.add(receiver, slot, WAITING));
    batch.execute();
  }

  private static OutboxMessage message(ResultSet row, StatementContext context)
      throws SQLException {
    return new OutboxMessage(
        row.getLong("id"),
        new NewMessage(
            Columns.text(row, "message_id"),
            Columns.text(row, "receiver"),
            Columns.text(row, "event"),
            row.getString("slot"),
            Columns.text(row, "title"),
            Columns.text(row, "body"),
            Columns.instant(row, "created_at")),
        new Trial(
            State.valueOf(Columns.text(row, "state").toUpperCase(Locale.ROOT)),
            row.getInt("tries"),
            Columns.instant(row, "next_at"),
            Columns.instant(row, "until"),
            Columns.text(row, "problem"),
            Columns.instantOrNull(row, "ended_at")));
  }
}
