package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.RepositoryTable;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The repository, as rows. */
final class SqlRepository implements RepositoryTable {
  private final Handle handle;

  SqlRepository(Handle handle) {
    this.handle = handle;
  }

  @Override
  public Optional<String> name() {
    return handle.select("select name from git_repository").mapTo(String.class).findOne();
  }

  @Override
  public void begin(String name) {
    handle.execute("insert into git_repository (name) values (?)", name);
  }

  @Override
  public List<KeptRef> refs() {
    return handle
        .select("select name, target, moved_by from git_refs order by name")
        .map((row, _) -> new KeptRef(row.getString(1), row.getString(2), row.getString(3)))
        .list();
  }

  @Override
  public Optional<KeptRef> ref(String name) {
    return handle
        .select("select name, target, moved_by from git_refs where name = ?", name)
        .map((row, _) -> new KeptRef(row.getString(1), row.getString(2), row.getString(3)))
        .findOne();
  }

  @Override
  public void putRef(KeptRef ref) {
    handle.execute(
        "insert into git_refs (name, target, moved_by) values (?, ?, ?) on conflict (name)"
            + " do update set target = excluded.target, moved_by = excluded.moved_by",
        ref.name(),
        ref.target(),
        ref.movedBy());
  }

  @Override
  public void removeRef(String name) {
    handle.execute("delete from git_refs where name = ?", name);
  }

  @Override
  public List<KeptPack> packs() {
    return handle
        .select("select name, pack_bytes, index_bytes from git_packs order by name")
        .map((row, _) -> new KeptPack(row.getString(1), row.getLong(2), row.getLong(3)))
        .list();
  }

  @Override
  public void beginPack(String name) {
    handle.execute("delete from git_chunks where pack = ?", name);
  }

  @Override
  public void putChunk(String pack, Part part, int number, byte[] content) {
    handle.execute(
        "insert into git_chunks (pack, part, number, content) values (?, ?, ?, ?)",
        pack,
        part.name(),
        number,
        content);
  }

  @Override
  public Optional<byte[]> chunk(String pack, Part part, int number) {
    return handle
        .select(
            "select content from git_chunks where pack = ? and part = ? and number = ?",
            pack,
            part.name(),
            number)
        .mapTo(byte[].class)
        .findOne();
  }

  @Override
  public void putPack(KeptPack pack) {
    handle.execute(
        "insert into git_packs (name, pack_bytes, index_bytes) values (?, ?, ?)"
            + " on conflict (name) do nothing",
        pack.name(),
        pack.packBytes(),
        pack.indexBytes());
  }

  @Override
  public void removePacks(Iterable<String> names) {
    names.forEach(name -> handle.execute("delete from git_packs where name = ?", name));
    handle.execute("delete from git_chunks where pack not in (select name from git_packs)");
  }
}
