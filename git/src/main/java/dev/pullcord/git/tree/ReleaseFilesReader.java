package dev.pullcord.git.tree;

import dev.pullcord.git.tree.RawTree.Entry;
import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/** Reads the files and links of one commit's bundles, once. */
final class ReleaseFilesReader implements TreeWalker.Visitor {
  private static final int LFS_POINTER_BYTES_MAX = 1024;
  private static final String LFS_WARNING = "LFS_UNSUPPORTED  ";
  private static final byte[] LFS_POINTER =
      "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII);

  private final ObjectReader reader;
  private final Manifest manifest;
  private final @Nullable Deployable before;

  /** What was said of the pointers of the one before. */
  private final Set<String> pointers;

  private final TreeProblems problems = new TreeProblems();
  private final List<String> warnings = new ArrayList<>();
  private final TreeMap<String, TreeFile> files = new TreeMap<>();
  private final Map<String, String> links = new TreeMap<>();
  private final Set<String> used = new HashSet<>();
  private long total;

  ReleaseFilesReader(ObjectReader reader, Manifest manifest, @Nullable Deployable before) {
    this.reader = reader;
    this.manifest = manifest;
    this.before = before;
    this.pointers =
        before == null
            ? Set.of()
            : before.warnings().stream()
                .filter(warning -> warning.startsWith(LFS_WARNING))
                .collect(Collectors.toSet());
  }

  ReleaseContent read(ObjectId root) throws IOException {
    new TreeWalker(reader, manifest, problems, this).walk(root);
    if (total > TreeLimits.RELEASE_BYTES_MAX) {
      problems.add("RELEASE_SIZE", "all bundles", total + " bytes; 5 GiB at most");
    }
    new LinkCheck(links).check(problems);
    if (!problems.none()) {
      return problems.verdict();
    }
    warnings.addAll(CaseClashes.in(files.keySet()));
    manifest.bundles().values().stream()
        .map(Bundle::name)
        .filter(name -> !used.contains(name))
        .forEach(name -> warnings.add("the bundle " + name + " has no file in this commit"));
    return new Deployable(manifest, files, Digests.of(manifest, files), warnings);
  }

  @Override
  public void file(String path, Entry entry, Bundle bundle) throws IOException {
    used.add(bundle.name());
    TreeFile file;
    try {
      file = file(path, entry);
    } catch (IncorrectObjectTypeException e) {
      problems.add("OBJECT_INVALID", Quoted.of(path), "its object is not the one of a file");
      return;
    }
    files.put(path, file);
    total += file.size();
    if (file.size() > TreeLimits.BLOB_BYTES_MAX) {
      problems.add(
          "BLOB_LIMIT",
          Quoted.of(path),
          file.size() + " bytes; " + (TreeLimits.BLOB_BYTES_MAX >> 20) + " MiB at most");
    }
    if (file.kind() == TreeFile.Kind.LINK) {
      links.put(path, target(file));
    }
  }

  private TreeFile file(String path, Entry entry) throws IOException {
    TreeFile.Kind kind =
        entry.isLink()
            ? TreeFile.Kind.LINK
            : entry.mode() == 0100755 ? TreeFile.Kind.EXECUTABLE : TreeFile.Kind.FILE;
    ObjectId id = entry.id().copy();
    TreeFile same = before == null ? null : before.files().get(path);
    if (same != null && same.id().equals(id)) {
      // The same object, so that two releases that hardly differ take the memory of one.
      if (!pointers.isEmpty() && pointers.contains(pointer(path))) {
        warn(pointer(path)); // it was looked at, and is deployed as it was
      }
      return same.kind() == kind ? same : new TreeFile(path, kind, id, same.size());
    }
    long size = size(entry.id());
    if (size <= LFS_POINTER_BYTES_MAX && size > LFS_POINTER.length && isPointer(entry.id())) {
      warn(pointer(path));
    }
    return new TreeFile(path, kind, id, size);
  }

  private static String pointer(String path) {
    return LFS_WARNING
        + Quoted.of(path)
        + "  is a Git LFS pointer and is deployed as the pointer that it is;"
        + " to deploy the file, put the file itself into git";
  }

  private void warn(String warning) {
    if (warnings.size() < TreeProblems.SHOWN_MAX) {
      warnings.add(warning);
    }
  }

  /** Of a blob, and of nothing else; its content is not read. */
  private long size(ObjectId id) throws IOException {
    try (ObjectReader headers = reader.newReader()) {
      headers.setStreamFileThreshold(0);
      return headers.open(id, Constants.OBJ_BLOB).getSize();
    }
  }

  private boolean isPointer(ObjectId id) throws IOException {
    byte[] content = reader.open(id, Constants.OBJ_BLOB).getCachedBytes(LFS_POINTER_BYTES_MAX);
    return Arrays.mismatch(content, LFS_POINTER) == LFS_POINTER.length;
  }

  private String target(TreeFile link) throws IOException {
    String path = link.path();
    if (link.size() > TreeLimits.LINK_BYTES_MAX || link.size() == 0) {
      problems.add(
          "TREE_SYMLINK",
          Quoted.of(path),
          "a target of " + link.size() + " bytes; 1 to 4096 expected");
      return ".";
    }
    byte[] bytes =
        reader.open(link.id(), Constants.OBJ_BLOB).getCachedBytes(TreeLimits.LINK_BYTES_MAX);
    String target = new String(bytes, StandardCharsets.UTF_8);
    if (!Arrays.equals(target.getBytes(StandardCharsets.UTF_8), bytes)) {
      problems.add("TREE_SYMLINK", LinkCheck.place(path, target), "a target that is not UTF-8");
    }
    if (target.codePoints().anyMatch(Character::isISOControl)) {
      problems.add(
          "TREE_SYMLINK", LinkCheck.place(path, target), "a control character in the target");
    }
    return target;
  }
}
