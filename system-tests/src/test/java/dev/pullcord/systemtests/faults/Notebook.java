package dev.pullcord.systemtests.faults;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A program that keeps a note, as a state directory is to be written or with two bugs planted: it
 * writes in place, and does not look whether that worked. {@link FaultShimTest} finds them.
 */
final class Notebook {
  private Notebook() {}

  /** {@code careful} or {@code careless}, the directory, and the note. */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments[1], "note");
    try {
      if (arguments[0].equals("careful")) {
        carefully(file, arguments[2]);
      } else {
        Files.writeString(file, arguments[2]);
      }
    } catch (IOException e) {
      if (arguments[0].equals("careful")) {
        System.out.println("not kept: " + e.getMessage());
        return;
      }
    }
    System.out.println("kept");
  }

  private static void carefully(Path file, String note) throws IOException {
    Path aside = file.resolveSibling("note.new");
    try (FileChannel out =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(StandardCharsets.UTF_8.encode(note));
      out.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
