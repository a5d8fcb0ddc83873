package dev.pullcord.agent.logs;

import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log of each generation below a size: what is there is copied to {@code log.1}, and the
 * file is emptied under its writer, who appends and so goes on at its beginning. What the writer
 * says between the two is lost; it is a moment, once in {@code limit} bytes.
 */
public final class LogRotation {
  private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);

  private final StateDirectory directory;
  private final long limitBytes;

  /** Of the logs in that directory, each at most so large, and once more for what was before. */
  public LogRotation(StateDirectory directory, long limitBytes) {
    this.directory = directory;
    this.limitBytes = limitBytes;
  }

  /** Looks at all of them. To be called every minute or so. */
  public void run() {
    try {
      for (long number : GenerationFiles.numbers(directory)) {
        rotate(new GenerationFiles(directory, number).log());
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("logs of workers were not cut to {} bytes: {}", limitBytes, FileFault.of(e));
    }
  }

  private void rotate(Path log) throws IOException {
    try {
      BasicFileAttributes is =
          Files.readAttributes(log, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!is.isRegularFile() || is.size() <= limitBytes) {
        return;
      }
    } catch (NoSuchFileException e) {
      return; // it has said nothing yet
    }
    Files.copy(log, log.resolveSibling("log.1"), StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.truncate(0);
    }
  }
}
