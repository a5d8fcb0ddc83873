package dev.pullcord.systemtests.promises.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A path as text. */
final class MemoryPath implements Path {
  final MemoryFiles files;
  final String text;
  private String @Nullable [] names;

  MemoryPath(MemoryFiles files, String text) {
    this.files = files;
    this.text = text;
  }

  /** Without double slashes and a slash at the end. */
  static String tidy(String text) {
    String one = text.contains("//") ? text.replaceAll("/+", "/") : text;
    return one.length() > 1 && one.endsWith("/") ? one.substring(0, one.length() - 1) : one;
  }

  String[] names() {
    String[] known = names;
    if (known == null) {
      String inner = isAbsolute() ? text.substring(1) : text;
      known = inner.isEmpty() && isAbsolute() ? new String[0] : inner.split("/", -1);
      names = known;
    }
    return known;
  }

  private MemoryPath of(String other) {
    return new MemoryPath(files, other);
  }

  @Override
  public FileSystem getFileSystem() {
    return files.fileSystem();
  }

  @Override
  public boolean isAbsolute() {
    return text.startsWith("/");
  }

  @Override
  public @Nullable Path getRoot() {
    return isAbsolute() ? of("/") : null;
  }

  @Override
  public @Nullable Path getFileName() {
    String[] all = names();
    return all.length == 0 ? null : of(all[all.length - 1]);
  }

  @Override
  public @Nullable Path getParent() {
    int slash = text.lastIndexOf('/');
    return slash < 0 || text.equals("/") ? null : of(slash == 0 ? "/" : text.substring(0, slash));
  }

  @Override
  public int getNameCount() {
    return names().length;
  }

  @Override
  public Path getName(int index) {
    return of(names()[index]);
  }

  @Override
  public Path subpath(int from, int to) {
    return of(String.join("/", java.util.Arrays.copyOfRange(names(), from, to)));
  }

  @Override
  public boolean startsWith(Path other) {
    String prefix = other.toString();
    return text.equals(prefix) || text.startsWith(prefix.endsWith("/") ? prefix : prefix + "/");
  }

  @Override
  public boolean endsWith(Path other) {
    return text.equals(other.toString()) || text.endsWith("/" + other);
  }

  @Override
  public Path normalize() {
    if (!text.contains(".")) {
      return this;
    }
    Deque<String> kept = new ArrayDeque<>();
    for (String name : names()) {
      if (name.equals("..") && !kept.isEmpty() && !kept.getLast().equals("..")) {
        kept.removeLast();
      } else if (!name.equals(".")) {
        kept.addLast(name);
      }
    }
    return of((isAbsolute() ? "/" : "") + String.join("/", kept));
  }

  @Override
  public Path resolve(Path other) {
    return resolve(other.toString());
  }

  @Override
  public Path resolve(String other) {
    if (other.startsWith("/")) {
      return of(tidy(other));
    }
    return other.isEmpty() ? this : of(tidy(text.isEmpty() ? other : text + "/" + other));
  }

  @Override
  public Path relativize(Path other) {
    if (other.equals(this)) {
      return of("");
    }
    if (!other.startsWith(this)) {
      throw new IllegalArgumentException(other + " is not below " + this);
    }
    return of(other.toString().substring(text.equals("/") ? 1 : text.length() + 1));
  }

  @Override
  public URI toUri() {
    return URI.create("memory:" + text);
  }

  @Override
  public Path toAbsolutePath() {
    return isAbsolute() ? this : of(tidy("/" + text));
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    return files.real(this);
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("nobody watches it");
  }

  @Override
  public int compareTo(Path other) {
    return text.compareTo(other.toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MemoryPath path && path.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
