package dev.pullcord.server.store.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The note in a state directory whose store is in a database; it has no secret.
 *
 * @param id of the store there, so that another one is not taken for it
 * @param url as in {@link PostgresAddress}
 * @param passwordFile as there
 */
public record PostgresNote(String id, String url, @Nullable String passwordFile) {
  /** The file's name. */
  public static final String FILE = "store.json";

  /** The note of a store at that address. */
  public static PostgresNote of(String id, PostgresAddress address) {
    Path file = address.passwordFile();
    return new PostgresNote(id, address.url(), file == null ? null : file.toString());
  }

  /**
   * The note of that state directory; empty for one that has its store in a file.
   *
   * @throws StoreException {@code DB_NOTE}: the note is there and cannot be read
   */
  public static Optional<PostgresNote> read(Path state) {
    Path file = state.resolve(FILE);
    try {
      return Files.exists(file)
          ? Optional.of(PullcordJson.read(Files.readAllBytes(file), PostgresNote.class))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      throw new StoreException(
          "DB_NOTE", file + " is damaged; it says in which database the store is", e);
    } catch (IOException e) {
      throw new StoreException("DB_NOTE", FileFault.of(e, file), e);
    }
  }

  /** Writes it; from then on the directory's store is that one. */
  public void write(Path state) throws IOException {
    AtomicFiles.write(state.resolve(FILE), PullcordJson.write(this) + "\n");
  }

  /** Where the store is. */
  public PostgresAddress address() {
    return new PostgresAddress(url, passwordFile == null ? null : Path.of(passwordFile));
  }
}
