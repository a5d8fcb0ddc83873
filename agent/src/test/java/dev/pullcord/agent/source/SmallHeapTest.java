package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.IsolatedGit;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does with large files in the 64 MB of its heap, in a process with as much. */
class SmallHeapTest {
  private static final String MANIFEST = "version: 1\nbundles: {app: {paths: [app]}}\n";

  @TempDir Path home;

  /** Fetches a commit from a remote, or repacks the mirror. */
  static final class Agent {
    private Agent() {}

    /** The mirror, and what is fetched from where. */
    public static void main(String[] arguments) throws IOException {
      Path mirror = Path.of(arguments[0]);
      Path aside = mirror.resolveSibling("aside");
      if (arguments.length == 1) {
        IsolatedGit.install(GitSource.MEMORY);
        try (Mirror opened = new Mirror(mirror, aside, 2)) {
          System.out.println(opened.repack());
        }
        return;
      }
      try (GitSource source =
          new GitSource(mirror, aside, GitRemote.ofPublic(arguments[1], "main"))) {
        System.out.println(source.obtain(new CommitId(arguments[2])));
      }
    }
  }

  private static String agent(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:MaxNewSize=4m",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            Agent.class.getName());
    builder.command().addAll(List.of(arguments));
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void takesALineThatChangedInAFileOf30MiB() throws Exception {
    TempGitRemote remote = TempGitRemote.create(home.resolve("git"));
    StringBuilder text = new StringBuilder();
    Random random = new Random(30);
    while (text.length() < 30 << 20) {
      text.append(Long.toString(random.nextLong(), 36)).append('\n');
    }
    for (String which : List.of(remote.workTree() + "/.git", remote.bare().toString())) {
      remote.git("--git-dir=" + which, "config", "core.compression", "0"); // quicker
    }
    remote.push(Map.of("pullcord.yaml", MANIFEST, "app/data", text.toString()), "one");
    text.replace(15 << 20, (15 << 20) + 5, "hello");
    String two = remote.push(Map.of("app/data", text.toString()), "two");
    remote.git("--git-dir=" + remote.bare(), "repack", "-q", "-a", "-d");

    assertThat(agent(home.resolve("repo.git").toString(), remote.url(), two))
        .contains("Obtained")
        .contains("app/data");
  }

  @Test
  void repacksAMirrorOfLargeFiles() throws Exception {
    Path mirror = home.resolve("repo.git");
    IsolatedGit.install(GitSource.MEMORY);
    try (Mirror made = new Mirror(mirror, home.resolve("aside"), 2)) {
      commits((FileRepository) made.repository());
    }

    assertThat(agent(mirror.toString())).contains("1 packs");
  }

  @Test
  void aMirrorThatIsThereGetsTheSettingsOfToday() throws IOException {
    Path mirror = home.resolve("repo.git");
    IsolatedGit.install(GitSource.MEMORY);
    new Mirror(mirror, home.resolve("aside"), 2).close();
    Files.writeString(
        mirror.resolve("config"),
        """
        [core]
        	repositoryformatversion = 0
        	bare = true
        [protocol]
        	version = 2
        [fetch]
        	maxHaves = 256
        """);

    try (Mirror again = new Mirror(mirror, home.resolve("aside"), 2)) {
      PackConfig config = new PackConfig(again.repository());
      assertThat(config.isDeltaCompress()).isFalse();
      assertThat(config.getBigFileThreshold()).isEqualTo(1 << 20);
      assertThat(config.getThreads()).isEqualTo(1);
      assertThat(config.getDeltaSearchMemoryLimit()).isEqualTo(4 << 20);
    }
  }

  /** Each with another file of 3 MiB. */
  private static void commits(FileRepository repository) throws IOException {
    PersonIdent ada = new PersonIdent("Ada", "ada@example.org");
    Random random = new Random(3);
    ObjectId head = null;
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      for (int i = 0; i < 14; i++) {
        byte[] content = new byte[3 << 20];
        random.nextBytes(content);
        TreeFormatter tree = new TreeFormatter();
        tree.append("data", FileMode.REGULAR_FILE, inserter.insert(Constants.OBJ_BLOB, content));
        CommitBuilder commit = new CommitBuilder();
        commit.setTreeId(inserter.insert(tree));
        commit.setAuthor(ada);
        commit.setCommitter(ada);
        if (head != null) {
          commit.setParentId(head);
        }
        head = inserter.insert(commit);
      }
      inserter.flush();
    }
    RefUpdate update = repository.updateRef("refs/server/heads/main");
    update.setNewObjectId(head);
    assertThat(update.forceUpdate()).isEqualTo(RefUpdate.Result.NEW);
  }
}
