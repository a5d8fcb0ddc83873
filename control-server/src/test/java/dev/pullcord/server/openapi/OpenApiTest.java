package dev.pullcord.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.Principal.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
  private static final String GOLDEN = "openapi.digest";

  @TempDir Path directory;
  private TestServer server;
  private JsonNode document;

  @BeforeEach
  void askForTheDocument() throws IOException {
    server = new TestServer(directory);
    Request request =
        new Request.Builder()
            .url(server.url(Port.PEOPLE) + "/api/v1/openapi.json")
            .header("Authorization", "Bearer viewer")
            .build();
    try (Response response = TestServer.client(null).newCall(request).execute()) {
      document = PullcordJson.wire().readTree(response.body().string());
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void clientsFindWhatTheyRelyOn() throws IOException {
    Path made = Path.of("target", GOLDEN);
    Files.writeString(made, ApiDigest.of(document));
    Files.writeString(made.resolveSibling("openapi.json"), document.toPrettyString());
    assertThat(ApiDigest.of(document))
        .as(
            "the API changed for its clients. If that is meant, copy control-server/%s over"
                + " control-server/src/test/resources/%s, and tell it in the changelog",
            made, GOLDEN)
        .isEqualTo(golden());
  }

  private static String golden() throws IOException {
    try (var in = OpenApiTest.class.getResourceAsStream("/" + GOLDEN)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void everyRouteOfTheApiIsDescribedAndNoOther() {
    Set<String> described = new TreeSet<>();
    operations().forEach(o -> described.add(o.name()));
    Set<String> served = new TreeSet<>();
    Permissions.standard().lines().stream()
        .filter(l -> l.port() == Port.PEOPLE)
        .filter(l -> !l.path().equals("/") && !l.path().matches("/(ui|git)(/.*)?"))
        .forEach(l -> served.add(l.method() + " " + l.path().replace("<", "{").replace(">", "}")));
    assertThat(described).isEqualTo(served);
  }

  @Test
  void everyRouteSaysWhatItDoesWhoMayCallItAndWhatItAnswers() {
    assertThat(operations())
        .allSatisfy(o -> {
          assertThat(o.of("summary")).as(o.name()).matches("[A-Z].*\\.");
          assertThat(o.of("description")).as(o.name()).matches("Needs (nothing|the role).*\\.");
          assertThat(o.node().path("responses").size()).as(o.name()).isEqualTo(2);
          assertThat(o.node().path("responses").path("default").path("$ref").asText())
              .isEqualTo("#/components/responses/No");
          o.node()
              .path("parameters")
              .forEach(p -> assertThat(p.path("description").asText()).as(o.name()).isNotEmpty());
        });
  }

  @Test
  void everyRecordAndEachOfItsMembersIsDescribed() {
    List<String> missing = new ArrayList<>();
    schemas()
        .properties()
        .forEach(s -> {
          if (s.getValue().path("description").asText().isEmpty()) {
            missing.add(s.getKey());
          }
          s.getValue()
              .path("properties")
              .properties()
              .forEach(p -> {
                if (p.getValue().path("description").asText().isEmpty()) {
                  missing.add(s.getKey() + "." + p.getKey());
                }
              });
        });
    assertThat(schemas().size()).isGreaterThan(40);
    assertThat(missing).as("say it in the Javadoc of the record, with @param").isEmpty();
  }

  @Test
  void theWordsOfARoleAreThoseOfTheServer() {
    List<String> words = new ArrayList<>();
    schemas().at("/Whoami/properties/role/enum").forEach(w -> words.add(w.asText()));
    assertThat(words).isEqualTo(Arrays.stream(Role.values()).map(Role::word).toList());
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    assertThat(document.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(r -> assertThat(document.at(r.substring(1)).isMissingNode()).as(r).isFalse());
  }

  @Test
  void aSchemaHasTheMembersThatAreWritten() throws IOException {
    RecordSchemas made = new RecordSchemas();
    for (Class<?> type :
        List.of(
            NodeView.Page.class,
            DeploymentView.Page.class,
            DeploymentView.Transcript.class,
            PlanView.class,
            PinView.Request.class,
            AuditView.Page.class)) {
      made.written(type);
    }
    assertThat(made.types().size()).isGreaterThan(20);
    for (var one : made.types().entrySet()) {
      if (one.getValue().isRecord()) {
        Set<String> written = new TreeSet<>();
        PullcordJson.wire()
            .getSerializerProviderInstance()
            .findValueSerializer(one.getValue())
            .properties()
            .forEachRemaining((PropertyWriter w) -> written.add(w.getName()));
        Set<String> described = new TreeSet<>();
        Objects.requireNonNull(made.all().get(one.getKey()))
            .path("properties")
            .fieldNames()
            .forEachRemaining(described::add);
        assertThat(described).as(one.getKey()).isEqualTo(written);
      }
    }
  }

  @Test
  void aRouteWhoseParametersAreNotThoseOfItsPathIsRefused() {
    assertThatThrownBy(() -> ApiRoute.get("/api/v1/nodes/{name}", "One node.").does(_ -> {}))
        .hasMessageContaining("/api/v1/nodes/{name} does not have the parameters");
  }

  /**
   * An operation of the document.
   *
   * @param name method and path
   * @param node what it says
   */
  private record Described(String name, JsonNode node) {
    String of(String field) {
      return node.path(field).asText();
    }
  }

  private List<Described> operations() {
    List<Described> all = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(p ->
            p.getValue()
                .properties()
                .forEach(m ->
                    all.add(
                        new Described(
                            m.getKey().toUpperCase(Locale.ROOT) + " " + p.getKey(),
                            m.getValue()))));
    return all;
  }

  private JsonNode schemas() {
    return document.path("components").path("schemas");
  }
}
