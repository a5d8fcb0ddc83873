package dev.pullcord.server.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that no git would make, pushed by the real git: none of them becomes a branch. */
class HostilePushTest {
  private static final String FILE = "100644";

  @TempDir Path directory;

  private static ObjectId tree(ObjectInserter inserter, Object... entries) throws IOException {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    for (int i = 0; i < entries.length; i += 3) {
      raw.writeBytes((entries[i] + " " + entries[i + 1]).getBytes(StandardCharsets.UTF_8));
      raw.write(0);
      byte[] id = new byte[20];
      ((ObjectId) entries[i + 2]).copyRawTo(id, 0);
      raw.writeBytes(id);
    }
    return inserter.insert(Constants.OBJ_TREE, raw.toByteArray());
  }

  private static String commit(ObjectInserter inserter, ObjectId tree) throws IOException {
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree);
    PersonIdent alice =
        new PersonIdent(
            "Alice", "alice@example.org", Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    commit.setAuthor(alice);
    commit.setCommitter(alice);
    commit.setMessage("hostile\n");
    return inserter.insert(commit).name();
  }

  @Test
  void refusesTreesThatNoGitWouldMake() throws Exception {
    try (TestServer server = new TestServer(directory.resolve("server"))) {
      Git home = new Git(Files.createDirectories(directory.resolve("home")));
      String base = server.url(Port.PEOPLE).replace("https://", "https://git:" + "operator" + "@");
      home.ok("clone", "-q", base + "/git/fleet.git", "work");
      Git git = new Git(directory.resolve("home/work"));
      try (FileRepository repository =
              new FileRepository(directory.resolve("home/work/.git").toFile());
          ObjectInserter inserter = repository.newObjectInserter()) {
        ObjectId blob = inserter.insert(Constants.OBJ_BLOB, new byte[] {'x'});
        for (Object[] entries :
            List.of(
                new Object[] {FILE, "..", blob},
                new Object[] {FILE, ".", blob},
                new Object[] {FILE, "a/b", blob},
                new Object[] {FILE, "../../canary", blob},
                new Object[] {FILE, ".git", blob},
                new Object[] {FILE, ".GIT", blob},
                new Object[] {FILE, "git~1", blob},
                new Object[] {"120000", ".git", blob},
                new Object[] {FILE, "a", blob, FILE, "a", blob},
                new Object[] {FILE, "b", blob, FILE, "a", blob})) {
          String hostile = commit(inserter, tree(inserter, entries));
          inserter.flush();

          Git.Result result = git.run("push", "origin", hostile + ":refs/heads/main");

          assertThat(result.exit()).as(result.output()).isNotZero();
          assertThat(result.remote())
              .as(result.output())
              .anyMatch(line -> line.startsWith("OBJECT_INVALID  "));
          assertThat(server.store().heads()).isEmpty();
        }
      }
    }
  }
}
