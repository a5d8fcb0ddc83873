package dev.pullcord.git.tree;

import dev.pullcord.git.IsolatedGit;
import dev.pullcord.protocol.id.CommitId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;

/** A repository whose trees are written byte by byte, so that they may be wrong. */
final class TreeWriter implements AutoCloseable {
  static final String FILE = "100644";
  static final String PROGRAM = "100755";
  static final String LINK = "120000";
  static final String TREE = "40000";
  static final String SUBMODULE = "160000";
  static final String MANIFEST =
      """
      version: 1
      bundles:
        search: {paths: [search/], on-change: nothing}
        tasks: {paths: [run.sh], on-change: nothing}
      """;

  final FileRepository repository;

  TreeWriter(Path directory) throws IOException {
    IsolatedGit.install(new IsolatedGit.Memory(1 << 20, 1 << 20));
    repository = new FileRepository(directory.resolve("a.git").toFile());
    repository.create(true);
  }

  ObjectId blob(String content) {
    return insert(Constants.OBJ_BLOB, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Entries in the order given: mode, name, and a text, which becomes a blob, or an object. */
  ObjectId tree(Object... entries) {
    return insert(Constants.OBJ_TREE, bytes(entries));
  }

  byte[] bytes(Object... entries) {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    for (int i = 0; i < entries.length; i += 3) {
      raw.writeBytes((entries[i] + " ").getBytes(StandardCharsets.US_ASCII));
      raw.writeBytes(
          entries[i + 1] instanceof byte[] name
              ? name
              : ((String) entries[i + 1]).getBytes(StandardCharsets.UTF_8));
      raw.write(0);
      byte[] id = new byte[Constants.OBJECT_ID_LENGTH];
      (entries[i + 2] instanceof String text ? blob(text) : (ObjectId) entries[i + 2])
          .copyRawTo(id, 0);
      raw.writeBytes(id);
    }
    return raw.toByteArray();
  }

  /** A commit with the manifest and these entries below {@code search/}. */
  CommitId search(Object... entries) {
    return commit(tree(FILE, "pullcord.yaml", MANIFEST, TREE, "search", tree(entries)));
  }

  CommitId commit(ObjectId root) {
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(root);
    PersonIdent ann =
        new PersonIdent(
            "Ann", "ann@example.org", Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    commit.setAuthor(ann);
    commit.setCommitter(ann);
    commit.setMessage("one\n");
    try {
      return new CommitId(insert(Constants.OBJ_COMMIT, commit.build()).name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ObjectId insert(int type, byte[] content) {
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectId id = inserter.insert(type, content);
      inserter.flush();
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    repository.close();
  }
}
