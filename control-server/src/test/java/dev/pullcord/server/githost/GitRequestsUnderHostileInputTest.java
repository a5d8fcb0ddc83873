package dev.pullcord.server.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import dev.pullcord.testkit.hostile.HostileInputs;
import dev.pullcord.testkit.hostile.ParserTrial;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import okhttp3.Credentials;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pkt-lines and packs that nobody meant well are refused, and the next push is taken. */
class GitRequestsUnderHostileInputTest {
  private static final int SAMPLE_OF = 5;

  @TempDir Path directory;
  private TestServer server;
  private ObjectId commit = ObjectId.zeroId();
  private final OkHttpClient client = TestServer.client(null);

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aPushThatIsGarbledIsRefusedAndTheNextOneIsTaken() throws Exception {
    byte[] push = push();
    List<String> harm = harm("git-receive-pack", push);
    assertThat(harm).isEmpty();

    if (server.store().heads().isEmpty()) {
      assertThat(send("git-receive-pack", push)).isEqualTo(200);
    }
    assertThat(server.store().heads()).containsValue(new CommitId(commit.name()));
  }

  @Test
  void aFetchThatIsGarbledIsRefused() throws Exception {
    assertThat(send("git-receive-pack", push())).isEqualTo(200);
    byte[] fetch =
        bytes(
            line("command=fetch"),
            line("agent=git/2.39"),
            "0001",
            line("thin-pack"),
            line("ofs-delta"),
            line("want " + commit.name()),
            line("done"),
            "0000");
    assertThat(harm("git-upload-pack", fetch)).isEmpty();
    assertThat(send("git-upload-pack", fetch)).isEqualTo(200);
  }

  /** Each line is an object that is looked for: 325,000 of them kept a processor for a minute. */
  @Test
  void aFetchOfMoreLinesThanAnyCloneSendsIsRefusedUnread() throws Exception {
    assertThat(send("git-receive-pack", push())).isEqualTo(200);
    byte[] fetch = fetchWithHaves(180_000);
    assertThat(send("git-upload-pack", fetch)).isEqualTo(413);
    assertThat(send("git-upload-pack", fetchWithHaves(1000))).isEqualTo(200);
  }

  /** As git sends what is longer than its buffer, without a length. */
  @Test
  void aFetchThatIsTooLongOnlyAtItsEndIsToldSoInGitsOwnWay() throws Exception {
    assertThat(send("git-receive-pack", push())).isEqualTo(200);
    byte[] fetch = fetchWithHaves(180_000);
    RequestBody pieces =
        new RequestBody() {
          @Override
          public MediaType contentType() {
            return MediaType.get("application/x-git-upload-pack-request");
          }

          @Override
          public void writeTo(BufferedSink sink) throws IOException {
            sink.write(fetch);
          }
        };
    try (Response response = client.newCall(request("git-upload-pack", pieces)).execute()) {
      assertThat(response.code() + " " + response.body().string())
          .contains("ERR this fetch names too many refs and commits: at most 8192 KiB");
    }
  }

  private byte[] fetchWithHaves(int count) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes(line("command=fetch"), "0001", line("want " + commit.name())));
    for (int n = 0; n < count; n++) {
      out.writeBytes(bytes(line("have " + String.format("%040x", n * 7919L + 1))));
    }
    out.writeBytes(bytes("0000"));
    return out.toByteArray();
  }

  private List<String> harm(String service, byte[] right) {
    int count = Math.max(200, ParserTrial.inputs() / SAMPLE_OF);
    return new ParserTrial(Set.of())
        .run(
            new HostileInputs(9, List.of(right)),
            count,
            input -> {
              int status = send(service, input);
              assertThat(status).isNotIn(500, 501, 502, 504);
            });
  }

  private int send(String service, byte[] body) throws IOException {
    MediaType type = MediaType.get("application/x-" + service + "-request");
    Request request = request(service, RequestBody.create(body, type));
    try (Response response = client.newCall(request).execute()) {
      byte[] answer = response.body().bytes();
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("\tat ");
      return response.code();
    }
  }

  private Request request(String service, RequestBody body) {
    return new Request.Builder()
        .url(server.url(Port.PEOPLE) + "/git/fleet.git/" + service)
        .header("Authorization", Credentials.basic("x", "operator"))
        .header("Git-Protocol", "version=2")
        .post(body)
        .build();
  }

  /** What git sends for the first push of one small commit. */
  private byte[] push() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InMemoryRepository repository = new InMemoryRepository(new DfsRepositoryDescription("r"));
        ObjectInserter inserter = repository.newObjectInserter()) {
      TreeFormatter tree = new TreeFormatter();
      byte[] manifest =
          "version: 1\nbundles:\n  all: {paths: [bin/]}\n".getBytes(StandardCharsets.UTF_8);
      tree.append(
          "pullcord.yaml", FileMode.REGULAR_FILE, inserter.insert(Constants.OBJ_BLOB, manifest));
      CommitBuilder builder = new CommitBuilder();
      builder.setTreeId(inserter.insert(tree));
      builder.setMessage("First");
      PersonIdent ada =
          new PersonIdent(
              "Ada", "ada@example.org", Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
      builder.setAuthor(ada);
      builder.setCommitter(ada);
      commit = inserter.insert(builder);
      inserter.flush();
      String update = ObjectId.zeroId().name() + " " + commit.name() + " refs/heads/main";
      out.writeBytes(bytes(line(update + "\0 report-status"), "0000"));
      try (PackWriter packs = new PackWriter(repository)) {
        packs.preparePack(NullProgressMonitor.INSTANCE, Set.of(commit), Set.of());
        packs.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, out);
      }
    }
    return out.toByteArray();
  }

  private static String line(String text) {
    return String.format("%04x%s", text.length() + 5, text + "\n");
  }

  private static byte[] bytes(String... parts) {
    return String.join("", parts).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aBodyThatIsNoWholeGzipIsRefusedAsWhatItIs() throws Exception {
    byte[] push = push();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
      gzip.write(push);
    }
    byte[] cut = Arrays.copyOf(whole.toByteArray(), 40);
    for (byte[] body : List.of(push, new byte[0], cut)) {
      assertThat(sendZipped("git-receive-pack", body)).startsWith("400 ").contains("no whole gzip");
    }
    for (byte[] body : List.of(push, new byte[0])) {
      assertThat(sendZipped("git-upload-pack", body)).startsWith("400 ").contains("no whole gzip");
    }
    assertThat(sendZipped("git-receive-pack", whole.toByteArray())).startsWith("200 ");
    assertThat(sendZipped("git-upload-pack", cut)).doesNotStartWith("500 ");
  }

  private String sendZipped(String service, byte[] body) throws IOException {
    MediaType type = MediaType.get("application/x-" + service + "-request");
    Request request =
        request(service, RequestBody.create(body, type))
            .newBuilder()
            .header("Content-Encoding", "gzip")
            .build();
    try (Response response = client.newCall(request).execute()) {
      return response.code() + " " + response.body().string();
    }
  }
}
