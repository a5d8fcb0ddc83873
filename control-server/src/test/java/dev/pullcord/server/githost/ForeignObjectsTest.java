package dev.pullcord.server.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jgit.transport.PacketLineOut;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node asks for objects of other nodes' commits by their names, in every way that git's protocol
 * has. It gets no object, and it is told the same of an object that is there and of one that is
 * not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignObjectsTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles: {task-code: {paths: [bin/]}}
      workers: {grep: {kind: process, run: [bin/work]}}
      """;

  private static final String UNKNOWN = "12".repeat(20);

  private TestServer server;
  private OkHttpClient web1;
  private String base;
  private String main;
  private String hidden;

  /** A commit, its tree, its file and a tag of it, none of them this node's. */
  private List<String> foreign;

  /** What the node's own commit contains. */
  private List<String> inside;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = new TestServer(directory.resolve("server"));
    server.enrol("web-1", "main");
    server.enrol("web-2", "secret");
    web1 = TestServer.client(server.nodeKey("web-1"));
    base = server.url(Port.AGENTS) + "/git/fleet.git/";
    String people = server.url(Port.PEOPLE).replace("https://", "https://git:operator@");
    Git home = new Git(Files.createDirectories(directory.resolve("home")));
    home.ok("clone", "-q", people + "/git/fleet.git", "work");
    Git git = new Git(directory.resolve("home/work"));
    git.ok("checkout", "-q", "-B", "main");
    git.commit("pullcord.yaml", MANIFEST);
    main = git.commit("bin/work", "one\n");
    inside = List.of(git.ok("rev-parse", "main^{tree}"), git.ok("rev-parse", "main:bin/work"));
    git.ok("checkout", "-q", "-b", "secret");
    hidden = git.commit("bin/work", "two\n");
    git.ok("tag", "-a", "-m", "tag", "t");
    foreign =
        List.of(
            hidden,
            git.ok("rev-parse", "secret^{tree}"),
            git.ok("rev-parse", "secret:bin/work"),
            git.ok("rev-parse", "t"));
    git.ok("push", "-q", "-o", "nowait", "origin", "main", "secret", "t");
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void offersNoObjectInfo() throws IOException {
    Request request =
        new Request.Builder()
            .url(base + "info/refs?service=git-upload-pack")
            .header("Git-Protocol", "version=2")
            .build();
    try (Response response = web1.newCall(request).execute()) {
      assertThat(response.body().string()).contains("version 2").doesNotContain("object-info");
    }
  }

  @Test
  void answersNoObjectInfo() throws IOException {
    String unknown = objectInfo(UNKNOWN);

    assertThat(unknown).contains("ERR object-info is not offered to nodes");
    for (String id : Stream.concat(foreign.stream(), Stream.of(main)).toList()) {
      assertThat(objectInfo(id)).isEqualTo(unknown).doesNotContain(id);
    }
  }

  @Test
  void givesNoForeignObjectByItsName() throws IOException {
    String unknown = fetch("want " + UNKNOWN);

    assertThat(unknown).contains("want " + UNKNOWN + " not valid").doesNotContain("PACK");
    for (String id : foreign) {
      assertThat(fetch("want " + id)).isEqualTo(unknown.replace(UNKNOWN, id));
    }
  }

  /** Nor together with what it may have. */
  @Test
  void givesNoForeignObjectBesideItsOwnTarget() throws IOException {
    for (String id : foreign) {
      assertThat(fetch("want " + main, "want " + id)).contains("not valid").doesNotContain("PACK");
    }
  }

  @Test
  void givesNoTreeAndNoFileByItself() throws IOException {
    for (String id : inside) {
      assertThat(fetch("want " + id)).contains("want " + id + " not valid").doesNotContain("PACK");
    }
  }

  @Test
  void givesNothingForeignToAShallowOrDeeperFetch() throws IOException {
    for (String way : List.of("deepen 1", "deepen 1000", "deepen-since 1", "shallow " + hidden)) {
      for (String id : foreign) {
        assertThat(fetch("want " + id, way)).as(way).doesNotContain("PACK");
      }
    }
    for (String way : List.of("deepen-not refs/heads/secret", "deepen-not refs/tags/t")) {
      assertThat(fetch("want " + main, way)).as(way).doesNotContain("PACK", hidden);
    }
  }

  @Test
  void takesNoFilter() throws IOException {
    for (String filter : List.of("blob:none", "tree:0", "sparse:oid=" + foreign.get(2))) {
      assertThat(fetch("want " + main, "filter " + filter)).as(filter).doesNotContain("PACK");
      assertThat(fetch("want " + hidden, "filter " + filter)).as(filter).doesNotContain("PACK");
    }
  }

  @Test
  void givesNothingByTheNameOfARef() throws IOException {
    for (String ref : List.of("refs/heads/secret", "refs/tags/t", "refs/heads/main", "HEAD")) {
      assertThat(fetch("want-ref " + ref)).as(ref).doesNotContain("PACK", hidden);
    }
  }

  @Test
  void givesItsOwnTarget() throws IOException {
    assertThat(fetch("want " + main)).contains("PACK");
  }

  private String objectInfo(String id) throws IOException {
    return ask("command=object-info\n", List.of("size", "oid " + id));
  }

  private String fetch(String... arguments) throws IOException {
    return ask("command=fetch\n", Stream.concat(Stream.of(arguments), Stream.of("done")).toList());
  }

  private String ask(String command, List<String> arguments) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut out = new PacketLineOut(body);
    out.writeString(command);
    out.writeDelim();
    for (String argument : arguments) {
      out.writeString(argument + "\n");
    }
    out.end();
    Request request =
        new Request.Builder()
            .url(base + "git-upload-pack")
            .header("Git-Protocol", "version=2")
            .post(
                RequestBody.create(
                    body.toByteArray(), MediaType.get("application/x-git-upload-pack-request")))
            .build();
    try (Response response = web1.newCall(request).execute()) {
      String text = new String(response.body().bytes(), StandardCharsets.ISO_8859_1);
      return response.code() + " " + text;
    }
  }
}
