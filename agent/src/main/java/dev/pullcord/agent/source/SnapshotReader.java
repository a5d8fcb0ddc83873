package dev.pullcord.agent.source;

import dev.pullcord.agent.source.tree.CaseClashes;
import dev.pullcord.agent.source.tree.Digests;
import dev.pullcord.agent.source.tree.LinkCheck;
import dev.pullcord.agent.source.tree.RawTree;
import dev.pullcord.agent.source.tree.RawTree.Entry;
import dev.pullcord.agent.source.tree.TreeFile;
import dev.pullcord.agent.source.tree.TreeProblems;
import dev.pullcord.agent.source.tree.TreeWalker;
import dev.pullcord.agent.source.tree.TreeWalker.Found;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Shown;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestParser;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.ManifestResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * Reads a commit out of the mirror: its manifest and the entries of its bundles, all of them
 * checked. Every object that a release will need is looked up, so a snapshot is also the proof that
 * the commit is complete here. What it knows of the snapshot before is not read again.
 *
 * <p>Owns everything that can be wrong with a manifest or a tree; a missing or damaged object is an
 * {@link IOException}, because then not the commit is at fault but the mirror.
 */
final class SnapshotReader {
  private static final long BLOB_BYTES_MAX = 1L << 30;
  private static final long RELEASE_BYTES_MAX = 5L << 30;
  private static final int MANIFEST_READ_MAX = 8 << 20;
  private static final int LINK_BYTES_MAX = 4096;
  private static final int LFS_POINTER_BYTES_MAX = 1024;
  private static final byte[] LFS_POINTER =
      "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII);

  private final Repository repository;
  private @Nullable Snapshot before;
  private @Nullable ObjectId manifestBefore;

  SnapshotReader(Repository repository) {
    this.repository = repository;
  }

  /** {@link SourceResult.Obtained} or {@link SourceResult.Refused}. */
  SourceResult read(CommitId commit) throws IOException {
    Snapshot known = before;
    if (known != null && known.commit().equals(commit)) {
      return new SourceResult.Obtained(known, "");
    }
    try (ObjectReader reader = repository.newObjectReader();
        RevWalk walk = new RevWalk(reader)) {
      RevCommit parsed = walk.parseCommit(ObjectId.fromString(commit.value()));
      return read(reader, commit, parsed.getTree());
    } catch (IncorrectObjectTypeException e) {
      return refused(
          "OBJECT_INVALID  "
              + commit
              + "  a commit, its tree or its "
              + Manifest.FILE
              + " is another kind of object: "
              + e.getMessage());
    }
  }

  private SourceResult read(ObjectReader reader, CommitId commit, ObjectId root)
      throws IOException {
    Entry file = rootEntry(reader, root);
    if (file == null) {
      return refused(
          "MANIFEST_MISSING  no "
              + Manifest.FILE
              + " at the root of commit "
              + commit.abbreviated()
              + " — add one");
    }
    if (!file.isFile()) {
      return refused(
          "MANIFEST_NOT_A_FILE  "
              + Manifest.FILE
              + " of commit "
              + commit.abbreviated()
              + " has mode "
              + Integer.toOctalString(file.mode())
              + " — a plain file expected");
    }
    Snapshot known = before;
    if (known != null && file.id().equals(manifestBefore)) {
      return tree(reader, commit, root, known.manifest());
    }
    return switch (manifest(reader, file.id())) {
      case ManifestResult.Invalid(List<ManifestProblem> problems) ->
          SourceResult.Refused.of(problems);
      case ManifestResult.Valid(Manifest manifest) -> {
        SourceResult result = tree(reader, commit, root, manifest);
        manifestBefore = before != null && before.commit().equals(commit) ? file.id() : null;
        yield result;
      }
    };
  }

  private static @Nullable Entry rootEntry(ObjectReader reader, ObjectId root) throws IOException {
    byte[] raw = reader.open(root, Constants.OBJ_TREE).getCachedBytes(64 << 20);
    List<Entry> entries = RawTree.parse(raw);
    return entries == null
        ? null
        : entries.stream().filter(e -> Manifest.FILE.equals(e.text())).findFirst().orElse(null);
  }

  private static ManifestResult manifest(ObjectReader reader, ObjectId blob) throws IOException {
    long size = size(reader, blob);
    if (size > MANIFEST_READ_MAX) {
      return new ManifestResult.Invalid(
          List.of(
              new ManifestProblem(
                  "MANIFEST_TOO_LARGE", 0, 0, "", size + " bytes; 256 KiB at most")));
    }
    return ManifestParser.parse(
        reader.open(blob, Constants.OBJ_BLOB).getCachedBytes(MANIFEST_READ_MAX));
  }

  private SourceResult tree(ObjectReader reader, CommitId commit, ObjectId root, Manifest manifest)
      throws IOException {
    TreeProblems problems = new TreeProblems();
    List<String> warnings = new ArrayList<>();
    List<Found> found = new TreeWalker(reader, manifest, problems).walk(root);
    TreeMap<String, TreeFile> files = new TreeMap<>();
    Map<String, String> links = new TreeMap<>();
    long total = 0;
    for (Found one : found) {
      TreeFile file;
      try {
        file = file(reader, one, warnings);
      } catch (IncorrectObjectTypeException e) {
        problems.add("OBJECT_INVALID", Shown.of(one.path()), "its object is not the one of a file");
        continue;
      }
      files.put(one.path(), file);
      total += file.size();
      if (file.size() > BLOB_BYTES_MAX) {
        problems.add("BLOB_LIMIT", Shown.of(one.path()), file.size() + " bytes; 1 GiB at most");
      }
      if (file.kind() == TreeFile.Kind.LINK) {
        links.put(one.path(), target(reader, one.path(), file, problems));
      }
    }
    if (total > RELEASE_BYTES_MAX) {
      problems.add("RELEASE_SIZE", "all bundles", total + " bytes; 5 GiB at most");
    }
    new LinkCheck(links).check(problems);
    warnings.addAll(CaseClashes.in(files.keySet()));
    if (!problems.none()) {
      return new SourceResult.Refused(problems.first(), problems.all());
    }
    Snapshot snapshot = new Snapshot(commit, manifest, files, Digests.of(manifest, files));
    before = snapshot;
    emptyBundles(manifest, found, warnings);
    return new SourceResult.Obtained(snapshot, String.join("\n", warnings));
  }

  private TreeFile file(ObjectReader reader, Found one, List<String> warnings) throws IOException {
    TreeFile.Kind kind =
        one.entry().isLink()
            ? TreeFile.Kind.LINK
            : one.entry().mode() == 0100755 ? TreeFile.Kind.EXECUTABLE : TreeFile.Kind.FILE;
    String id = one.entry().id().name();
    TreeFile same = before == null ? null : before.files().get(one.path());
    if (same != null && same.objectId().equals(id)) {
      return new TreeFile(one.path(), kind, id, same.size());
    }
    long size = size(reader, one.entry().id());
    if (size <= LFS_POINTER_BYTES_MAX && size > LFS_POINTER.length && isPointer(reader, one)) {
      warnings.add(
          "LFS_UNSUPPORTED  "
              + Shown.of(one.path())
              + "  is a Git LFS pointer and is deployed as the pointer that it is");
    }
    return new TreeFile(one.path(), kind, id, size);
  }

  /** Of a blob, and of nothing else; its content is not read. */
  private static long size(ObjectReader reader, ObjectId id) throws IOException {
    try (ObjectReader headers = reader.newReader()) {
      headers.setStreamFileThreshold(0);
      return headers.open(id, Constants.OBJ_BLOB).getSize();
    }
  }

  private static boolean isPointer(ObjectReader reader, Found one) throws IOException {
    byte[] content =
        reader.open(one.entry().id(), Constants.OBJ_BLOB).getCachedBytes(LFS_POINTER_BYTES_MAX);
    return Arrays.mismatch(content, LFS_POINTER) == LFS_POINTER.length;
  }

  private static String target(
      ObjectReader reader, String path, TreeFile link, TreeProblems problems) throws IOException {
    if (link.size() > LINK_BYTES_MAX || link.size() == 0) {
      problems.add(
          "TREE_SYMLINK",
          Shown.of(path),
          "a target of " + link.size() + " bytes; 1 to 4096 expected");
      return ".";
    }
    byte[] bytes =
        reader
            .open(ObjectId.fromString(link.objectId()), Constants.OBJ_BLOB)
            .getCachedBytes(LINK_BYTES_MAX);
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

  private static void emptyBundles(Manifest manifest, List<Found> found, List<String> warnings) {
    var used = found.stream().map(f -> f.bundle().name()).collect(Collectors.toSet());
    manifest.bundles().values().stream()
        .map(Bundle::name)
        .filter(name -> !used.contains(name))
        .forEach(name -> warnings.add("the bundle " + name + " has no file in this commit"));
  }

  private static SourceResult.Refused refused(String reason) {
    return new SourceResult.Refused(reason, reason);
  }
}
