package dev.pullcord.base.host;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Standard output for what a command shows. {@code System.out} keeps it to itself when it cannot be
 * written: a token that is shown only once was lost on a full disk, and the command ended well.
 */
public final class StandardOutput extends OutputStream {
  private static final Path OURS = Path.of("/proc/self/fd/1");
  private final OutputStream to = new FileOutputStream(FileDescriptor.out);
  private volatile @Nullable IOException failure;

  /** For the lines of a command. */
  public PrintWriter lines() {
    return new PrintWriter(new OutputStreamWriter(this, System.out.charset()), true);
  }

  /**
   * How the command ends, which ended with that code: not well where its output was lost, which is
   * said. A reader that went away ({@code | head}) is no loss.
   */
  public int ended(int exitCode, PrintWriter err) {
    IOException why = failure;
    if (why == null || readerLeft(why)) {
      return exitCode;
    }
    err.println("cannot write to standard output: " + why.getMessage());
    err.flush();
    return exitCode == 0 ? 1 : exitCode;
  }

  /**
   * A pipe fails in no other way. The system's words alone would not do: they can be translated.
   */
  private static boolean readerLeft(IOException e) {
    try {
      String target = Files.readSymbolicLink(OURS).toString();
      return target.startsWith("pipe:") || target.startsWith("socket:");
    } catch (IOException unknown) {
      return String.valueOf(e.getMessage()).contains("Broken pipe");
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      to.write(bytes, from, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
