package dev.pullcord.git.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.IsolatedGit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.PackParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackMergeTest {
  @TempDir Path directory;
  private FileRepository repository;
  private FileRepository elsewhere;
  private final Map<ObjectId, byte[]> all = new TreeMap<>();

  @BeforeEach
  void make() throws IOException {
    IsolatedGit.install(new IsolatedGit.Memory(1 << 20, 1 << 20));
    repository = new FileRepository(directory.resolve("a.git").toFile());
    repository.create(true);
    elsewhere = new FileRepository(directory.resolve("b.git").toFile());
    elsewhere.create(true);
  }

  @AfterEach
  void close() {
    repository.close();
    elsewhere.close();
  }

  /** One pack with one small file, as a push brings it; no ref leads to it. */
  private void push(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    try (ObjectInserter inserter = elsewhere.newObjectInserter();
        RevWalk walk = new RevWalk(elsewhere);
        PackWriter writer = new PackWriter(elsewhere)) {
      ObjectId id = inserter.insert(Constants.OBJ_BLOB, bytes);
      inserter.flush();
      all.put(id, bytes);
      List<RevObject> objects = new ArrayList<>(Set.of(walk.lookupBlob(id)));
      writer.preparePack(objects.iterator());
      writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, pack);
    }
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(new ByteArrayInputStream(pack.toByteArray()));
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
  }

  private void assertAllThere() throws IOException {
    for (Map.Entry<ObjectId, byte[]> one : all.entrySet()) {
      assertThat(repository.open(one.getKey()).getBytes()).isEqualTo(one.getValue());
    }
  }

  @Test
  void leavesAFewPacksWhateverComes() throws IOException {
    PackMerge merge = new PackMerge(repository);
    int most = 0;
    for (int i = 0; i < 200; i++) {
      push("file " + i + "\n");
      merge.run();
      most = Math.max(most, merge.packs());
    }

    assertThat(most).isLessThanOrEqualTo(PackMerge.PACKS_MAX + 1);
    assertThat(merge.packs()).isLessThanOrEqualTo(PackMerge.PACKS_MAX);
    assertAllThere();
    repository.close();
    repository = new FileRepository(directory.resolve("a.git").toFile());
    assertAllThere();
  }

  @Test
  void touchesNoPackThatAPushUnderWayHolds() throws IOException {
    push("held\n");
    Path pack = packs().getFirst();
    Files.createFile(pack.resolveSibling(pack.getFileName().toString().replace(".pack", ".keep")));
    for (int i = 0; i < 60; i++) {
      push("file " + i + "\n");
    }

    assertThat(new PackMerge(repository).run()).isEqualTo(60);

    assertThat(pack).exists();
    assertAllThere();
  }

  private List<Path> packs() throws IOException {
    try (var files = Files.list(directory.resolve("a.git/objects/pack"))) {
      return files.filter(f -> f.toString().endsWith(".pack")).toList();
    }
  }
}
