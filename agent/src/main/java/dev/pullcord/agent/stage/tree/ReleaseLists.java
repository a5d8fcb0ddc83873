package dev.pullcord.agent.stage.tree;

import dev.pullcord.git.tree.TreeFile;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/** Writes the lists of a release while its files are written, in order of the paths. */
public final class ReleaseLists implements Closeable {
  private final ListFile files;
  private final ListFile times;

  /** In a directory that nobody sees yet. */
  public ReleaseLists(Path release) throws IOException {
    files = new ListFile(release.resolve(ReleaseFiles.FILES));
    try {
      times = new ListFile(release.resolve(ReleaseFiles.TIMES));
    } catch (IOException e) {
      files.close();
      throw e;
    }
  }

  /** A file that stands there now, and when it was written. */
  public void add(TreeFile file, FileTime written) throws IOException {
    files.out.write(ReleaseFiles.line(file));
    files.out.write('\n');
    times.out.write(Long.toString(written.to(TimeUnit.NANOSECONDS)));
    times.out.write(' ');
    times.out.write(file.path());
    times.out.write('\n');
  }

  /** All files were added: both lists are read-only and on disk when this returns. */
  public void complete() throws IOException {
    files.force();
    times.force();
  }

  @Override
  public void close() throws IOException {
    try (files) {
      times.close();
    }
  }

  private static final class ListFile implements Closeable {
    final Writer out;
    private final Path path;
    private final FileChannel channel;

    ListFile(Path path) throws IOException {
      this.path = path;
      this.channel =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      this.out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
    }

    void force() throws IOException {
      out.flush();
      Files.setPosixFilePermissions(path, ReleaseFiles.READ_ONLY);
      channel.force(true);
    }

    @Override
    public void close() throws IOException {
      channel.close(); // what was not forced is thrown away with the release
    }
  }
}
