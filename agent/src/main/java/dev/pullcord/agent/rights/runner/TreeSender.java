package dev.pullcord.agent.rights.runner;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;

/** Sends what is in a directory, a directory before what is in it. Links are sent as links. */
final class TreeSender {
  private static final int CHUNK_BYTES = 256 << 10;

  private final Frames frames;
  private final Duration limit;

  TreeSender(Frames frames, Duration limit) {
    this.frames = frames;
    this.limit = limit;
  }

  void send(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (!directory.equals(tree)) {
              head(TreeEntry.Kind.DIRECTORY, tree.relativize(directory), "", attributes);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path name = tree.relativize(file);
            if (attributes.isSymbolicLink()) {
              head(TreeEntry.Kind.LINK, name, Files.readSymbolicLink(file).toString(), attributes);
            } else if (attributes.isRegularFile()) {
              boolean runs = Files.isExecutable(file);
              head(runs ? TreeEntry.Kind.PROGRAM : TreeEntry.Kind.FILE, name, "", attributes);
              content(file);
            } else {
              head(TreeEntry.Kind.SPECIAL, name, "", attributes);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void head(TreeEntry.Kind kind, Path name, String target, BasicFileAttributes attributes)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(kind.ordinal());
    out.writeLong(attributes.lastModifiedTime().toMillis());
    out.writeUTF(name.toString());
    out.writeUTF(target);
    frames.send(Frames.Kind.TREE, bytes.toByteArray(), limit);
  }

  private void content(Path file) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    chunk[0] = (byte) TreeEntry.Kind.BYTES.ordinal();
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int n; (n = in.readNBytes(chunk, 1, chunk.length - 1)) > 0; ) {
        frames.send(Frames.Kind.TREE, Arrays.copyOf(chunk, n + 1), limit);
      }
    }
  }
}
