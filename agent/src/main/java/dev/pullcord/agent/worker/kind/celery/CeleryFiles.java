package dev.pullcord.agent.worker.kind.celery;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The files through which the agent and the helper inside a worker speak; see {@code
 * pullcord_celery.py} for why they are files. Not forced: after a power loss there is no worker.
 *
 * <p>All of them are the agent's, in its own directory. Those that the helper writes are there
 * before and open to the group of its user, so that it can put nothing else in their place.
 */
final class CeleryFiles {
  private static final String WANTED = "wanted.json";
  private static final String STATUS = "status.json";
  private static final String CANARY = "canary.json";
  private static final int LENGTH_MAX = 1 << 20;
  private static final int LOOKS_MAX = 100;

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
    AtomicFiles.createSharedDirectories(home(generation));
    AtomicFiles.createPrivate(home(generation).resolve(STATUS));
    AtomicFiles.createPrivate(home(generation).resolve(CANARY));
    want(generation, first);
  }

  void want(long generation, HelperOrder wanted) throws IOException {
    AtomicFiles.writeShared(home(generation).resolve(WANTED), PullcordJson.write(wanted));
  }

  /** What was last wanted of it; empty before it was begun. */
  Optional<HelperOrder> wanted(long generation) throws IOException {
    return read(home(generation).resolve(WANTED), HelperOrder.class);
  }

  /** What its process says; empty when it has said nothing yet, or another process did. */
  Optional<HelperStatus> told(Generation generation) throws IOException {
    ProcessId process = generation.process();
    return read(home(generation.number()).resolve(STATUS), HelperStatus.class)
        .filter(told -> told.process().equals(process))
        .map(told -> told.masked(masks));
  }

  Optional<HelperStatus.Canary> canary(long generation, String id) throws IOException {
    return read(home(generation).resolve(CANARY), HelperStatus.Canary.class)
        .filter(canary -> canary.id().equals(id))
        .map(canary -> canary.masked(masks));
  }

  private static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
    try {
      for (int look = 0; look < LOOKS_MAX; look++) {
        Optional<byte[]> whole = whole(content(file));
        if (whole.isPresent()) {
          return Optional.of(PullcordJson.read(whole.get(), type));
        }
      }
    } catch (NoSuchFileException | JsonProcessingException e) {
      // The helper has not written it.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static byte[] content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes(LENGTH_MAX);
    }
  }

  /**
   * What was written; empty while it is just being written. A second line has the checksum of the
   * first. What has one line was replaced as a whole.
   */
  private static Optional<byte[]> whole(byte[] content) {
    int end = 0;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    String rest =
        new String(content, end, content.length - end, StandardCharsets.ISO_8859_1).strip();
    CRC32 sum = new CRC32();
    sum.update(content, 0, end);
    return rest.isEmpty() || rest.equals(Long.toString(sum.getValue()))
        ? Optional.of(Arrays.copyOf(content, end))
        : Optional.empty();
  }
}
