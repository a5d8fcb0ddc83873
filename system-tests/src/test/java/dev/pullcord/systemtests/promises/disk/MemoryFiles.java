package dev.pullcord.systemtests.promises.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link MemoryDisk} as one process sees it. Each change counts; the process dies at the one that
 * it is told to, of a write perhaps with a part of the bytes, and a dead process changes nothing.
 */
public final class MemoryFiles extends FileSystemProvider {
  private static final int LINKS_MAX = 10;
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Map<String, Object> SELF = self();

  final MemoryDisk disk;
  private final LongSupplier millis;
  private final MemoryFileSystem system = new MemoryFileSystem(this);
  private long dieAt = Long.MAX_VALUE;
  private int tornTo = -1;
  private long changes;
  private boolean dead;

  public MemoryFiles(MemoryDisk disk, LongSupplier millis) {
    this.disk = disk;
    this.millis = millis;
  }

  /** The owner of everything is whoever runs the test. */
  private static Map<String, Object> self() {
    try {
      return Map.of("uid", Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path of this process. */
  public Path path(String text) {
    return new MemoryPath(this, MemoryPath.tidy(text));
  }

  /** The process dies at that change, counted from now; a write keeps so many bytes of it. */
  public void dieAt(long change, int torn) {
    dieAt = changes + change;
    tornTo = torn;
  }

  /** It is dead from now on. */
  public void die() {
    dead = true;
  }

  public boolean isDead() {
    return dead;
  }

  FileSystem fileSystem() {
    return system;
  }

  long now() {
    return millis.getAsLong();
  }

  void changes(String what, String path) {
    changes(what, path, 0);
  }

  /** How many of the bytes of a write reach the file. */
  int changes(String what, String path, int bytes) {
    if (dead) {
      throw new Killed("dead");
    }
    if (++changes < dieAt) {
      return bytes;
    }
    dead = true;
    if (bytes > 0 && tornTo >= 0) {
      return Math.min(bytes - 1, tornTo);
    }
    throw new Killed(what + " " + path);
  }

  void afterTorn(boolean torn) {
    if (torn) {
      throw new Killed("in the middle of a write");
    }
  }

  // Looking for inodes.

  private @Nullable Inode find(Path path, boolean follow) throws IOException {
    return find(path, follow, 0);
  }

  private @Nullable Inode find(Path path, boolean follow, int links) throws IOException {
    if (links > LINKS_MAX) {
      throw new FileSystemLoopException(path.toString());
    }
    String[] names = ((MemoryPath) path.toAbsolutePath()).names();
    Inode at = disk.root;
    String walked = "";
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        return find(path.toAbsolutePath().normalize(), follow, links + 1);
      }
      if (at.kind != Inode.Kind.DIRECTORY) {
        return null;
      }
      Inode next = at.children.get(name);
      if (next == null) {
        return null;
      }
      boolean last = i == names.length - 1;
      if (next.kind == Inode.Kind.LINK && (follow || !last)) {
        String rest = String.join("/", Arrays.copyOfRange(names, i + 1, names.length));
        Path to = path(walked.isEmpty() ? "/" : walked).resolve(String.valueOf(next.target));
        return find(rest.isEmpty() ? to : to.resolve(rest), follow, links + 1);
      }
      at = next;
      walked = walked + "/" + name;
    }
    return at;
  }

  Path real(Path path) throws IOException {
    Path at = path("/");
    for (Path name : path.toAbsolutePath().normalize()) {
      Path next = at.resolve(name);
      Inode inode = find(next, false);
      if (inode == null) {
        throw new NoSuchFileException(path.toString());
      }
      at = inode.kind == Inode.Kind.LINK ? real(at.resolve(String.valueOf(inode.target))) : next;
    }
    return at;
  }

  private Inode get(Path path, boolean follow) throws IOException {
    Inode inode = find(path, follow);
    if (inode == null) {
      throw new NoSuchFileException(path.toString());
    }
    return inode;
  }

  private Inode parent(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    Inode inode = parent == null ? null : find(parent, true);
    if (inode == null || inode.kind != Inode.Kind.DIRECTORY) {
      throw new NoSuchFileException(path.toString());
    }
    return inode;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static boolean follows(LinkOption... options) {
    return !Arrays.asList(options).contains(LinkOption.NOFOLLOW_LINKS);
  }

  private Inode add(Path path, Inode.Kind kind, FileAttribute<?>... attributes) throws IOException {
    Inode parent = parent(path);
    if (parent.children.containsKey(name(path))) {
      throw new FileAlreadyExistsException(path.toString());
    }
    changes("create", path.toString());
    disk.requireRoom(path.toString());
    Inode made = disk.make(kind);
    made.mode = EnumSet.copyOf(kind == Inode.Kind.DIRECTORY ? DIRECTORY : FILE);
    for (FileAttribute<?> attribute : attributes) {
      if (attribute.name().equals("posix:permissions")) {
        made.mode = permissions(attribute.value());
      }
    }
    made.modified = now();
    parent.children.put(name(path), made);
    return made;
  }

  private static EnumSet<PosixFilePermission> permissions(Object value) {
    EnumSet<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);
    ((Set<?>) value).forEach(one -> mode.add((PosixFilePermission) one));
    return mode;
  }

  // What the provider of a file system has to do.

  @Override
  public String getScheme() {
    return "memory";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException("there is one for each process");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return system;
  }

  @Override
  public Path getPath(URI uri) {
    return path(uri.getPath());
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    boolean writes =
        options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
    Inode inode = find(path, !options.contains(LinkOption.NOFOLLOW_LINKS));
    if (inode != null && options.contains(StandardOpenOption.CREATE_NEW)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (inode == null) {
      if (!options.contains(StandardOpenOption.CREATE)
          && !options.contains(StandardOpenOption.CREATE_NEW)) {
        throw new NoSuchFileException(path.toString());
      }
      inode = add(path, Inode.Kind.FILE, attributes);
    }
    if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      changes("truncate", path.toString());
      inode.truncate(0);
    }
    return new MemoryChannel(
        this, inode, path.toString(), options.contains(StandardOpenOption.APPEND));
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Inode inode = get(directory, true);
    if (inode.kind != Inode.Kind.DIRECTORY) {
      throw new NotDirectoryException(directory.toString());
    }
    List<Path> children = new java.util.ArrayList<>();
    for (String name : inode.children.keySet()) {
      Path child = directory.resolve(name);
      if (filter.accept(child)) {
        children.add(child);
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return children.iterator();
      }

      @Override
      public void close() {
        // It was a copy.
      }
    };
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    add(path, Inode.Kind.DIRECTORY, attributes);
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    add(link, Inode.Kind.LINK).target = target.toString();
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    Inode inode = get(existing, false);
    Inode parent = parent(link);
    if (parent.children.containsKey(name(link))) {
      throw new FileAlreadyExistsException(link.toString());
    }
    changes("link", link.toString());
    disk.requireRoom(link.toString());
    parent.children.put(name(link), inode);
  }

  /** A relative one is a path of the default file system, as the agent writes it. */
  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    Inode inode = get(link, false);
    String target = inode.target;
    if (inode.kind != Inode.Kind.LINK || target == null) {
      throw new NotLinkException(link.toString());
    }
    return target.startsWith("/") ? path(target) : Path.of(target);
  }

  @Override
  public void delete(Path path) throws IOException {
    Inode inode = get(path, false);
    if (inode.kind == Inode.Kind.DIRECTORY && !inode.children.isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
    changes("delete", path.toString());
    parent(path).children.remove(name(path));
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) throws IOException {
    Inode source = get(from, true);
    Inode copy = add(to, source.kind);
    copy.data = source.content();
    copy.size = source.size;
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) throws IOException {
    Inode inode = get(from, false);
    Inode there = find(to, false);
    if (there != null && !Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    if (there != null && there.kind == Inode.Kind.DIRECTORY && !there.children.isEmpty()) {
      throw new DirectoryNotEmptyException(to.toString());
    }
    Inode old = parent(from);
    Inode now = parent(to);
    changes("rename", from + " " + to);
    old.children.remove(name(from));
    now.children.put(name(to), inode);
    disk.renamed(old, now, name(from), name(to));
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return get(one, true) == get(other, true);
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public @Nullable FileStore getFileStore(Path path) {
    return null;
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    get(path, true);
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return type.isAssignableFrom(InodeView.class)
        ? type.cast(new InodeView(this, path, follows(options)))
        : null;
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return type.cast(new InodeAttributes(get(path, follows(options))));
  }

  @Override
  public <A extends BasicFileAttributes> @Nullable A readAttributesIfExists(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    Inode inode = find(path, follows(options));
    return inode == null ? null : type.cast(new InodeAttributes(inode));
  }

  @Override
  public boolean exists(Path path, LinkOption... options) {
    try {
      return find(path, follows(options)) != null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    Inode inode = get(path, follows(options));
    return switch (names) {
      case "unix:uid" -> SELF;
      case "unix:ino,size" -> Map.of("ino", inode.number, "size", (long) inode.size);
      default -> throw new UnsupportedOperationException(names);
    };
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    if (!name.equals("posix:permissions")) {
      throw new UnsupportedOperationException(name);
    }
    changes("chmod", path.toString());
    get(path, follows(options)).mode = permissions(value);
  }

  Inode inode(Path path, boolean follow) throws IOException {
    return get(path, follow);
  }
}
