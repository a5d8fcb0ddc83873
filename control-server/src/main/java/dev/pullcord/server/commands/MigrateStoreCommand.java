package dev.pullcord.server.commands;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.base.disk.Ownership;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.githost.database.RepositoryAdoption;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresNote;
import dev.pullcord.server.store.postgres.StoreMove;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Moves a stopped server's store from its file into a PostgreSQL database. */
@Command(
    name = "migrate-store",
    description = {
      "Move the store of a stopped server from its file into the PostgreSQL database that"
          + " server.yaml names, and copy the repository there.",
      "",
      "The database has to be empty. All rows are copied and counted on both sides, or none. The"
          + " file stays beside, under another name, and nothing reads it any more."
    },
    mixinStandardHelpOptions = true)
public final class MigrateStoreCommand implements Callable<Integer> {
  /** What the file is called afterwards; a backup does not take it. */
  private static final String BEFORE = "store.db-before-postgresql";

  @Mixin private StateOption state = new StateOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration; default: /etc/pullcord/server.yaml where it exists.")
  private @Nullable Path configFile;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    ServerConfig config = ServerConfig.load(configFile);
    Path directory = state.ofServer(config);
    PostgresNote note = PostgresNote.read(directory).orElse(null);
    if (note != null) {
      throw new IllegalArgumentException(
          "STORE_MOVED  the store of " + directory + " is in " + note.url() + " already");
    }
    PostgresAddress address = config.place().store();
    if (address == null) {
      throw new IllegalArgumentException(
          "STORE_UNSET  server.yaml names no database to move to; write into it: store:"
              + " postgresql://USER@HOST/DATABASE");
    }
    PrintWriter out = spec.commandLine().getOut();
    StoreMove.Moved moved = move(directory, config.in(directory).repositories(), address, out);
    new TreeMap<>(moved.rows())
        .forEach((table, rows) -> out.printf("%-20s %8d rows%n", table, rows));
    out.println("moved to " + address);
    out.println("start the server now: systemctl start pullcord-server");
    out.println(
        "once it has run well, delete " + directory.resolve(BEFORE) + ", which it reads no more");
    out.flush();
    return ExitCode.DONE.code();
  }

  /** The note makes it so: until it is there, the file is the store and the rows are a copy. */
  private static StoreMove.Moved move(
      Path directory, Path repositories, PostgresAddress address, PrintWriter out)
      throws IOException {
    Ownership owner = ServerService.ownerOf(directory);
    Path file = StoreFile.of(directory);
    try (DirectoryLock _ = StateFiles.lock(directory)) {
      Optional<StoreMove.Moved> done = StoreMove.done(file, address);
      done.ifPresent(_ -> out.println("copied already, by a run that did not get to its end:"));
      StoreMove.Moved moved =
          done.isPresent() ? done.get() : copy(file, repositories, address, out);
      PostgresNote.of(moved.id(), address).write(directory);
      AtomicFiles.rename(file, directory.resolve(BEFORE));
      return moved;
    } finally {
      owner.apply(directory);
    }
  }

  private static StoreMove.Moved copy(
      Path file, Path repositories, PostgresAddress address, PrintWriter out) throws IOException {
    RepositoryAdoption.Copied copied;
    try (Store store = StoreMove.empty(file, address)) {
      copied = new RepositoryAdoption(store).run(repositories);
    }
    StoreMove.Moved moved = StoreMove.intoDatabase(file, address, copied.name());
    out.printf("%-20s %8d refs%n", "repository " + copied.name(), copied.refs());
    out.printf("%-20s %8d packs, %d bytes%n", "", copied.packs(), copied.bytes());
    return moved;
  }
}
