package dev.pullcord.server.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jgit.transport.PacketLineOut;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's key gives access to that node's commits and to nothing else, asked for in any way. */
class AssignedRefsTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles: {task-code: {paths: [bin/]}}
      workers: {grep: {kind: process, run: [bin/work]}}
      """;

  private static final int LARGE_BYTES = 3 << 20;

  @TempDir Path directory;
  private TestServer server;
  private Git git;
  private OkHttpClient web1;
  private String base;
  private String first;
  private String main;
  private String hidden;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(directory.resolve("server"));
    server.enrol("web-1", "main");
    server.enrol("web-2", "secret");
    web1 = TestServer.client(server.nodeKey("web-1"));
    base = server.url(Port.AGENTS) + "/git/fleet.git/";
    String people = server.url(Port.PEOPLE).replace("https://", "https://git:operator@");
    git = new Git(Files.createDirectories(directory.resolve("home")));
    git.ok("clone", "-q", people + "/git/fleet.git", "work");
    git = new Git(directory.resolve("home/work"));
    git.ok("checkout", "-q", "-B", "main");
    git.commit("pullcord.yaml", MANIFEST);
    first = git.ok("rev-parse", "HEAD");
    main = git.commit("bin/work", "one\n");
    git.ok("checkout", "-q", "-b", "secret");
    hidden = git.commit("bin/work", "two\n");
    git.ok("push", "-q", "-o", "nowait", "origin", "main", "secret");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void showsTheTargetAloneAndTheCommitAfterAPinToo() throws IOException {
    assertThat(lsRefs()).contains(main + " refs/pullcord/target").doesNotContain("heads", hidden);
    server.fleet().pinned("web-1", new CommitId(first));
    assertThat(lsRefs()).contains(first + " refs/pullcord/target", main + " refs/pullcord/after");
    assertThat(advertisedInVersion0())
        .contains(first + " refs/pullcord/target")
        .doesNotContain("refs/heads", hidden);
  }

  @Test
  void givesThePackOfItsOwnTarget() throws IOException {
    assertThat(fetchV2(main)).contains("packfile").contains("PACK");
  }

  @Test
  void sendsALargeFileWholeAndNotAsADelta() throws Exception {
    git.ok("checkout", "-q", "main");
    byte[] large = new byte[LARGE_BYTES];
    new Random(1).nextBytes(large);
    Files.write(git.directory().resolve("bin/large"), large);
    final String had = git.commit("x", "1\n");
    large[5] ^= 1;
    Files.write(git.directory().resolve("bin/large"), large);
    String wanted = git.commit("x", "2\n");
    // The pusher sends a delta, which the server must not pass on.
    git.ok("push", "-q", "-o", "nowait", "origin", had + ":refs/heads/main");
    git.ok("push", "-q", "-o", "nowait", "origin", "main");
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut out = new PacketLineOut(body);
    out.writeString("command=fetch\n");
    out.writeDelim();
    out.writeString("thin-pack\n");
    out.writeString("ofs-delta\n");
    out.writeString("want " + wanted + "\n");
    out.writeString("have " + had + "\n");
    out.writeString("done\n");
    out.end();
    int bytes = post(web1, body.toByteArray(), "version=2").length();
    assertThat(bytes).isGreaterThan(LARGE_BYTES);
  }

  @Test
  void givesNothingThatIsHiddenInVersion2() throws IOException {
    assertThat(fetchV2(hidden)).contains("want " + hidden + " not valid").doesNotContain("PACK");
  }

  @Test
  void givesNothingThatIsHiddenInVersion0() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut out = new PacketLineOut(body);
    out.writeString("want " + hidden + " side-band-64k ofs-delta\n");
    out.end();
    out.writeString("done\n");
    assertThat(post(web1, body.toByteArray(), null)).contains("not valid").doesNotContain("PACK");
  }

  @Test
  void givesNothingByTheNameOfABranch() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut out = new PacketLineOut(body);
    out.writeString("command=fetch\n");
    out.writeDelim();
    out.writeString("want-ref refs/heads/secret\n");
    out.writeString("done\n");
    out.end();
    assertThat(post(web1, body.toByteArray(), "version=2")).doesNotContain("PACK", hidden);
  }

  @Test
  void letsNoNodePushAndNoStrangerIn() throws IOException {
    Request push = new Request.Builder().url(base + "info/refs?service=git-receive-pack").build();
    try (Response response = web1.newCall(push).execute()) {
      assertThat(response.code()).isEqualTo(403);
    }
    Request fetch = new Request.Builder().url(base + "info/refs?service=git-upload-pack").build();
    try (Response response =
        TestServer.client(server.nodeKey("stranger")).newCall(fetch).execute()) {
      assertThat(response.code()).isEqualTo(401);
    }
  }

  private String lsRefs() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut out = new PacketLineOut(body);
    out.writeString("command=ls-refs\n");
    out.writeDelim();
    out.writeString("ref-prefix refs/\n");
    out.end();
    return post(web1, body.toByteArray(), "version=2");
  }

  private String fetchV2(String want) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    PacketLineOut out = new PacketLineOut(body);
    out.writeString("command=fetch\n");
    out.writeDelim();
    out.writeString("want " + want + "\n");
    out.writeString("done\n");
    out.end();
    return post(web1, body.toByteArray(), "version=2");
  }

  private String advertisedInVersion0() throws IOException {
    Request request = new Request.Builder().url(base + "info/refs?service=git-upload-pack").build();
    try (Response response = web1.newCall(request).execute()) {
      return response.body().string();
    }
  }

  private String post(OkHttpClient client, byte[] body, @Nullable String protocol)
      throws IOException {
    Request.Builder request =
        new Request.Builder()
            .url(base + "git-upload-pack")
            .post(RequestBody.create(body, MediaType.get("application/x-git-upload-pack-request")));
    if (protocol != null) {
      request.header("Git-Protocol", protocol);
    }
    try (Response response = client.newCall(request.build()).execute()) {
      return new String(response.body().bytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
