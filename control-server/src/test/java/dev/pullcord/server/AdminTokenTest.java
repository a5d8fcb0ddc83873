package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.config.ServerLimits;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
  @TempDir Path directory;
  private String state;

  @BeforeEach
  void makeAServer() {
    state = directory.resolve("state").toString();
    assertThat(RanCommand.of("init", "--state", state).code()).isZero();
  }

  private String newToken() throws IOException {
    RanCommand ran = RanCommand.of("admin-token", "--state", state, "-o", "json");
    assertThat(ran.code()).as(ran.err()).isZero();
    return PullcordJson.wire().readTree(ran.out()).path("adminToken").asText();
  }

  private ServerAssembly start() throws IOException {
    Address any = new Address("127.0.0.1", 0);
    return ServerAssembly.start(
        new ServerConfig(
            Path.of(state), any, any, false, null, List.of(), ServerLimits.standard()));
  }

  private String whoami(String token) throws IOException {
    JsonNode ports = PullcordJson.wire().readTree(Path.of(state, "ports.json").toFile());
    Request request =
        new Request.Builder()
            .url(ports.path("peopleUrl").asText() + "/api/v1/whoami")
            .header("Authorization", "Bearer " + token)
            .build();
    try (Response response = TestServer.client(null).newCall(request).execute()) {
      return response.body().string();
    }
  }

  @Test
  void aRunningServerTakesItAtOnce() throws IOException {
    try (ServerAssembly _ = start()) {
      for (String name : List.of("first", "second")) {
        RanCommand ran =
            RanCommand.of("admin-token", "--state", state, "--name", name, "-o", "json");
        assertThat(ran.code()).as(ran.err()).isZero();
        String token = PullcordJson.wire().readTree(ran.out()).path("adminToken").asText();
        assertThat(whoami(token)).contains("\"role\":\"admin\"", name);
      }
      assertThat(whoami("pct_" + "0".repeat(12) + "_" + "0".repeat(64)))
          .contains("UNAUTHENTICATED");
    }
  }

  @Test
  void oneMadeWhileTheServerWasDownWorksOnceItRuns() throws IOException {
    String token = newToken();
    try (ServerAssembly _ = start()) {
      assertThat(whoami(token)).contains("\"role\":\"admin\"");
    }
  }

  @Test
  void whatIsToBeTypedNextIsSaidAsItIsTyped() {
    RanCommand ran = RanCommand.of("admin-token", "--state", state, "--name", "second");
    assertThat(ran.out())
        .contains("pullcord login https://HOST:8420\n", "pullcord tokens revoke NAME;");
  }

  @Test
  void theAuditLogNamesTheUserOfTheHost() throws IOException {
    newToken();
    try (Store store = SqliteStore.open(Path.of(state, "store.db"))) {
      AuditTable.Act entry = store.read(tables -> tables.audit().newest(1)).getFirst();
      assertThat(entry.who()).startsWith("os:" + System.getProperty("user.name"));
      assertThat(entry.what()).isEqualTo("token.create");
      assertThat(entry.after()).contains("admin, does not expire");
    }
  }

  @Test
  void aNameThatIsTakenIsWrongUsage() {
    RanCommand ran = RanCommand.of("admin-token", "--state", state, "--name", "admin");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("NAME_TAKEN");
    assertThat(RanCommand.of("admin-token", "--state", state, "--name", "a b").code()).isEqualTo(2);
  }

  @Test
  void thereIsNoneWithoutAServer() {
    RanCommand ran = RanCommand.of("admin-token", "--state", directory.resolve("no").toString());
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).startsWith("NOT_INITIALISED");
  }
}
