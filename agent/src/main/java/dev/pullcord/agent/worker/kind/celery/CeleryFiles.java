package dev.pullcord.agent.worker.kind.celery;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files through which the agent and the helper inside a worker speak; see {@code
 * pullcord_celery.py} for why they are files. Not forced: after a power loss there is no worker.
 */
final class CeleryFiles {
  private static final String WANTED = "wanted.json";

  private final StateDirectory directory;
  private final Masks masks;

  CeleryFiles(StateDirectory directory, Masks masks) {
    this.directory = directory;
    this.masks = masks;
  }

  Path home(long generation) {
    return new GenerationFiles(directory, generation).kind();
  }

  void create(long generation, HelperOrder first) throws IOException {
    AtomicFiles.createPrivateDirectories(home(generation));
    want(generation, first);
  }

  void want(long generation, HelperOrder wanted) throws IOException {
    AtomicFiles.writeUnforced(home(generation).resolve(WANTED), PullcordJson.write(wanted));
  }

  /** What was last wanted of it; empty before it was begun. */
  Optional<HelperOrder> wanted(long generation) throws IOException {
    return read(home(generation).resolve(WANTED), HelperOrder.class);
  }

  /** What its process says; empty when it has said nothing yet, or another process did. */
  Optional<HelperStatus> told(Generation generation) throws IOException {
    ProcessId process = generation.process();
    return read(home(generation.number()).resolve("status.json"), HelperStatus.class)
        .filter(told ->
            process != null && told.pid() == process.pid() && told.start() == process.start())
        .map(told -> told.masked(masks));
  }

  Optional<HelperStatus.Canary> canary(long generation, String id) throws IOException {
    return read(home(generation).resolve("canary.json"), HelperStatus.Canary.class)
        .filter(canary -> canary.id().equals(id))
        .map(canary -> canary.masked(masks));
  }

  private static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
    try {
      return Optional.of(PullcordJson.read(Files.readAllBytes(file), type));
    } catch (NoSuchFileException | JsonProcessingException e) {
      // Files are replaced whole: one that cannot be read was not written by the helper.
      return Optional.empty();
    }
  }
}
