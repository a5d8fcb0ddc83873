package dev.pullcord.agent.logs;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileTrees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log of each generation below a size: what is there is copied to {@code log.1}, and the
 * file is emptied under its writer, who appends and so goes on at its beginning. What the writer
 * says between the two is lost; it is a moment, once in {@code limit} bytes.
 */
public final class LogRotation {
  private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);

  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final int KEPT_BYTES = 256 << 10;

  private final StateDirectory directory;
  private final long limitBytes;

  /** Of the logs in that directory, each at most so large, and once more for what was before. */
  public LogRotation(StateDirectory directory, long limitBytes) {
    this.directory = directory;
    this.limitBytes = limitBytes;
  }

  /** To be called every second; looks once a minute by this clock. */
  public Runnable everyMinute(HostClock clock) {
    AtomicLong next = new AtomicLong(clock.nanos());
    return () -> {
      if (clock.nanos() - next.get() >= 0) {
        next.set(clock.nanos() + EVERY.toNanos());
        run();
      }
    };
  }

  /** Looks at all of them. One that cannot be cut keeps none of the others from it. */
  public void run() {
    List<Long> numbers;
    try {
      numbers = GenerationFiles.numbers(directory);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("logs of workers were not cut to {} bytes: {}", limitBytes, FileFault.of(e));
      return;
    }
    for (long number : numbers) {
      Path log = new GenerationFiles(directory, number).log();
      try {
        rotate(log);
      } catch (IOException e) {
        LOG.warn("{} was not cut to {} bytes: {}", log, limitBytes, FileFault.of(e));
      }
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
    Path before = log.resolveSibling("log.1");
    byte[] end = new byte[0];
    try {
      Files.copy(log, before, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // Above all a full disk, which nothing but this log may have filled. What is kept has its
      // place before the log is cut; where there can be none, it is not.
      end = end(log);
      FileTrees.delete(before);
      AtomicFiles.createPrivate(before);
      LOG.warn(
          "{} is cut without a whole copy, and only its last {} bytes are kept: {}",
          log,
          end.length,
          FileFault.of(e));
    }
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.truncate(0);
    }
    if (end.length > 0) {
      Files.write(before, end);
    }
  }

  private static byte[] end(Path log) throws IOException {
    try (InputStream in = Files.newInputStream(log, LinkOption.NOFOLLOW_LINKS)) {
      in.skipNBytes(Math.max(0, Files.size(log) - KEPT_BYTES));
      return in.readNBytes(KEPT_BYTES);
    }
  }
}
