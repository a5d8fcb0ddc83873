package dev.pullcord.server.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.config.WebhookKind;
import dev.pullcord.server.store.MirrorTable.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Deliveries with one wrong part each. None has the upstream fetched, none is remembered as one
 * that came, and whoever looks learns which it was and why, without a word of a secret.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadDeliveriesTest {
  private static final String SIGNATURE = "X-Hub-Signature-256";
  private static final String PUSH = "github-push";
  private static final String GITLAB = "gitlab-push";
  private static final String SIGNED = "gitlab-push-signed";
  private static final String GITEA = "gitea-push";
  private static final String BITBUCKET = "bitbucket-push";
  private static final String GENERIC = "generic-push";

  private final Map<WebhookKind, WebhookRig> rigs = new EnumMap<>(WebhookKind.class);
  private Path directory;

  @BeforeAll
  void start(@TempDir Path shared) {
    directory = shared;
  }

  /** One wrong part, done before the delivery is signed or after. */
  record Bad(
      String what,
      WebhookKind kind,
      String sample,
      UnaryOperator<SampleDelivery> before,
      UnaryOperator<SampleDelivery> after,
      int status,
      String code) {
    @Override
    public String toString() {
      return kind.word() + ": " + what;
    }
  }

  private static Bad after(
      String what, String sample, int status, String code, UnaryOperator<SampleDelivery> wrong) {
    return new Bad(what, kind(sample), sample, UnaryOperator.identity(), wrong, status, code);
  }

  private static Bad before(
      String what, String sample, int status, String code, UnaryOperator<SampleDelivery> wrong) {
    return new Bad(what, kind(sample), sample, wrong, UnaryOperator.identity(), status, code);
  }

  private static WebhookKind kind(String sample) {
    return WebhookKind.valueOf(sample.replaceFirst("-.*", "").toUpperCase(Locale.ROOT));
  }

  static List<Bad> bad() {
    return Stream.of(signatures(), clear(), standard(), repositories(), bodies(), heads())
        .flatMap(s -> s)
        .toList();
  }

  private static Stream<Bad> signatures() {
    String wrong = "WEBHOOK_SIGNATURE";
    return Stream.of(
        after("no signature", PUSH, 401, "WEBHOOK_UNSIGNED", d -> d.with(SIGNATURE, null)),
        after("an empty signature", PUSH, 401, wrong, d -> d.with(SIGNATURE, "")),
        after("a signature of another body", PUSH, 401, wrong, d -> d.replacing("main", "mine")),
        after("one byte more", PUSH, 401, wrong, d -> d.replacing("{", "{ ")),
        after(
            "one digit less",
            PUSH,
            401,
            wrong,
            d -> d.with(SIGNATURE, d.header(SIGNATURE).replaceFirst(".$", ""))),
        after(
            "a signature without its prefix",
            PUSH,
            401,
            wrong,
            d -> d.with(SIGNATURE, d.header(SIGNATURE).replace("sha256=", ""))),
        after(
            "a signature that says SHA-1",
            PUSH,
            401,
            wrong,
            d -> d.with(SIGNATURE, d.header(SIGNATURE).replace("sha256=", "sha1="))),
        after(
            "a signature in capitals",
            PUSH,
            401,
            wrong,
            d ->
                d.with(
                    SIGNATURE,
                    d.header(SIGNATURE).toUpperCase(Locale.ROOT).replace("SHA256=", "sha256="))),
        after("no hexadecimal", PUSH, 401, wrong, d -> d.with(SIGNATURE, "sha256=zz")),
        after("a long signature", PUSH, 401, wrong, d -> d.with(SIGNATURE, "ab".repeat(4000))),
        after("the secret in place of it", PUSH, 401, wrong, d -> d.with(SIGNATURE, "sha256=It")),
        after(
            "no signature", GITEA, 401, "WEBHOOK_UNSIGNED", d -> d.with("X-Gitea-Signature", null)),
        after("a wrong one", GITEA, 401, wrong, d -> d.with("X-Gitea-Signature", "00".repeat(32))),
        after(
            "the signature of GitHub alone",
            "forgejo-push",
            401,
            "WEBHOOK_UNSIGNED",
            d -> d.with("X-Forgejo-Signature", null).with("X-Gitea-Signature", null)),
        after("none", BITBUCKET, 401, "WEBHOOK_UNSIGNED", d -> d.with("X-Hub-Signature", null)),
        after("SHA-1", BITBUCKET, 401, wrong, d -> d.with("X-Hub-Signature", "sha1=00")));
  }

  private static Stream<Bad> clear() {
    return Stream.of(
        after("no token", GITLAB, 401, "WEBHOOK_UNSIGNED", d -> d.with("X-Gitlab-Token", null)),
        after(
            "a wrong token", GITLAB, 401, "WEBHOOK_SIGNATURE", d -> d.with("X-Gitlab-Token", "x")),
        after(
            "a token in other letters",
            GITLAB,
            401,
            "WEBHOOK_SIGNATURE",
            d -> d.with("X-Gitlab-Token", WebhookRig.SECRET.toUpperCase(Locale.ROOT))),
        after(
            "a signature beside a wrong token",
            SIGNED,
            401,
            "WEBHOOK_SIGNATURE",
            d -> d.with("X-Gitlab-Token", "x")));
  }

  private static Stream<Bad> standard() {
    String wrong = "WEBHOOK_SIGNATURE";
    return Stream.of(
        after("another id than was signed", SIGNED, 401, wrong, d -> d.with("webhook-id", "msg_1")),
        after("another body", SIGNED, 401, wrong, d -> d.replacing("main", "mine")),
        after("no time", GENERIC, 401, "WEBHOOK_UNSIGNED", d -> d.with("webhook-timestamp", null)),
        after("no number as time", GENERIC, 401, wrong, d -> d.with("webhook-timestamp", "now")),
        after("a later time", GENERIC, 401, wrong, d -> d.with("webhook-timestamp", "9999999999")),
        after("no id", GENERIC, 401, "WEBHOOK_UNSIGNED", d -> d.with("webhook-id", null)),
        after("no version", GENERIC, 401, wrong, d -> d.with("webhook-signature", "AAAA")));
  }

  private static Stream<Bad> repositories() {
    String code = "WEBHOOK_REPOSITORY";
    return Stream.of(
        before("another repository", PUSH, 422, code, d -> d.replacing("acme/fleet", "acme/site")),
        before("a fork", PUSH, 422, code, d -> d.replacing("acme/fleet", "eve/fleet")),
        before("a longer path", GITLAB, 422, code, d -> d.replacing("acme/fleet", "x/acme/fleet")),
        before("another one", GITEA, 422, code, d -> d.replacing("acme/fleet", "acme/fleet2")),
        before("another one", BITBUCKET, 422, code, d -> d.replacing("acme/fleet", "acme/f")),
        before(
            "another project",
            "bitbucket-data-center-refs-changed",
            422,
            code,
            d -> d.replacing("\"ACME\"", "\"EVE\"")),
        before("no repository", GENERIC, 422, code, d -> d.replacing("repository", "repo")),
        before(
            "a ping of another repository",
            "github-ping",
            422,
            code,
            d -> d.replacing("acme/fleet", "acme/site")));
  }

  private static Stream<Bad> bodies() {
    return Stream.of(
        before("no body", PUSH, 400, "MALFORMED", d -> d.body(new byte[0])),
        before("no JSON", PUSH, 400, "MALFORMED", d -> d.replacing("{", "<")),
        before("half of it", GITLAB, 400, "MALFORMED", d -> d.replacing("}\n}", "}")),
        before("a list", PUSH, 400, "MALFORMED", d -> d.body(WebhookRig.utf8("[1]"))),
        before("two objects", PUSH, 400, "MALFORMED", d -> d.body(WebhookRig.utf8("{} {}"))),
        before(
            "very deep",
            PUSH,
            400,
            "MALFORMED",
            d -> d.body(WebhookRig.utf8("{\"a\":".repeat(999)))),
        before(
            "ISO 8859-1",
            PUSH,
            400,
            "MALFORMED",
            d -> d.body(new String(d.body(), UTF_8).getBytes(ISO_8859_1))),
        before("UTF-16", PUSH, 400, "MALFORMED", d -> d.body("{}".getBytes(UTF_16))),
        before(
            "a form without payload",
            "github-push-as-form",
            400,
            "MALFORMED",
            d -> d.replacing("payload=", "body=")),
        before(
            "a form with a broken escape",
            "github-push-as-form",
            400,
            "MALFORMED",
            d -> d.replacing("%7B", "%7")),
        before("gzip", PUSH, 415, "MEDIA_TYPE", d -> gzip(d).with("Content-Encoding", "gzip")),
        before("gzip, unsaid", PUSH, 400, "MALFORMED", BadDeliveriesTest::gzip),
        before("too large", PUSH, 413, "TOO_LARGE", d -> d.body(new byte[(4 << 20) + 1])));
  }

  private static Stream<Bad> heads() {
    String type = "Content-Type";
    return Stream.of(
        after("no content type", PUSH, 415, "MEDIA_TYPE", d -> d.with(type, null)),
        after("XML", PUSH, 415, "MEDIA_TYPE", d -> d.with(type, "application/xml")),
        after("plain text", GITLAB, 415, "MEDIA_TYPE", d -> d.with(type, "text/plain")),
        after(
            "another character set",
            PUSH,
            415,
            "MEDIA_TYPE",
            d -> d.with(type, "application/json; charset=utf-16")),
        after(
            "multipart",
            PUSH,
            415,
            "MEDIA_TYPE",
            d -> d.with(type, "multipart/form-data; boundary=x")),
        after(
            "a form where the host sends none",
            GITLAB,
            415,
            "MEDIA_TYPE",
            d -> d.with(type, "application/x-www-form-urlencoded")),
        after("no event", PUSH, 400, "WEBHOOK_EVENT", d -> d.with("X-GitHub-Event", null)),
        before("no type", GENERIC, 400, "WEBHOOK_EVENT", d -> d.replacing("\"type\"", "\"kind\"")),
        after("no id", PUSH, 400, "WEBHOOK_ID", d -> d.with("X-GitHub-Delivery", null)),
        after(
            "a long id",
            PUSH,
            400,
            "WEBHOOK_ID",
            d -> d.with("X-GitHub-Delivery", "a".repeat(200))),
        after(
            "an id with a space", PUSH, 400, "WEBHOOK_ID", d -> d.with("X-GitHub-Delivery", "a b")),
        after("another host", PUSH, 400, "HOST_UNKNOWN", d -> d.with("Host", "evil.example")));
  }

  private static SampleDelivery gzip(SampleDelivery delivery) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(delivery.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return delivery.body(out.toByteArray());
  }

  @AfterAll
  void close() {
    rigs.values().forEach(WebhookRig::close);
  }

  private WebhookRig rig(WebhookKind kind) throws IOException {
    WebhookRig rig = rigs.get(kind);
    if (rig == null) {
      rig = new WebhookRig(directory.resolve(kind.word()), kind);
      rigs.put(kind, rig);
    }
    return rig;
  }

  @Test
  void thereAreFortyAndMore() {
    assertThat(bad()).hasSizeGreaterThanOrEqualTo(40);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void isRefusedAndSaid(Bad bad) throws IOException {
    WebhookRig rig = rig(bad.kind());
    int fetches = rig.fetches.get();
    SampleDelivery sample =
        bad.after()
            .apply(
                bad.before()
                    .apply(SampleDelivery.read(bad.sample()))
                    .signed(WebhookRig.SECRET, WebhookRig.NOW));
    WebhookRig.Answer answer = rig.send(sample);
    assertThat(answer.status()).as(answer.text()).isEqualTo(bad.status());
    assertThat(answer.code()).as(answer.text()).isEqualTo(bad.code());
    assertThat(answer.text())
        .doesNotContain("Everybody", directory.toString(), "Exception", "java.");
    assertThat(rig.fetches).hasValue(fetches);
    List<Delivery> kept = rig.store.read(t -> t.mirror().deliveries(100));
    assertThat(kept).isEmpty();
    if (!List.of("MEDIA_TYPE", "TOO_LARGE", "HOST_UNKNOWN").contains(bad.code())) {
      Delivery newest = rig.newest().getFirst();
      assertThat(newest.outcome()).isEqualTo(DeliveryLog.REFUSED);
      assertThat(newest.detail()).isEqualTo(answer.body().path("detail").asText());
    }
  }

  @Test
  void aWrongRepositoryIsNamed() throws IOException {
    WebhookRig rig = rig(WebhookKind.GITHUB);
    SampleDelivery sample =
        SampleDelivery.read(PUSH)
            .replacing("acme/fleet", "eve/fleet")
            .signed(WebhookRig.SECRET, WebhookRig.NOW);
    assertThat(rig.send(sample).body().path("detail").asText())
        .isEqualTo(
            "it is about \"eve/fleet\"; this server mirrors https://git.example/acme/fleet.git and"
                + " takes webhooks of that alone");
  }

  @Test
  void aBodyWithoutALengthIsCutOffAtTheLimit() throws IOException {
    WebhookRig rig = rig(WebhookKind.GITHUB);
    SampleDelivery small = rig.sample(PUSH).with("X-GitHub-Delivery", "chunked-1");
    // What is chunked is not wrong by itself.
    assertThat(new WebhookRig(directory.resolve("own"), WebhookKind.GITHUB))
        .satisfies(own -> {
          try (own) {
            assertThat(own.send(small, chunked(small.body(), 1)).status()).isEqualTo(202);
          }
        });
    WebhookRig.Answer answer = rig.send(small, chunked(new byte[1 << 20], 5));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(rig.newest().getFirst().detail()).contains("too large");
  }

  private static RequestBody chunked(byte[] bytes, int times) {
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return MediaType.get("application/json");
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        for (int i = 0; i < times; i++) {
          sink.write(bytes);
          sink.flush();
        }
      }
    };
  }

  @Test
  void anOldSignatureIsRefusedHoweverRight() throws IOException {
    WebhookRig rig = rig(WebhookKind.GENERIC);
    for (Duration off : List.of(Duration.ofSeconds(301), Duration.ofSeconds(-301))) {
      SampleDelivery sample =
          SampleDelivery.read(GENERIC).signed(WebhookRig.SECRET, WebhookRig.NOW.minus(off));
      assertThat(rig.send(sample).code()).isEqualTo("WEBHOOK_OLD");
    }
  }

  @Test
  void aSigningTokenIsNotTakenInTheClear() throws IOException {
    String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    try (WebhookRig own =
        new WebhookRig(directory.resolve("signing"), WebhookKind.GITLAB, secret)) {
      assertThat(own.send(own.sample(SIGNED)).status()).isEqualTo(202);
      assertThat(own.send(own.sample(GITLAB)).code()).isEqualTo("WEBHOOK_UNSIGNED");
    }
  }

  @Test
  void aDeliveryThatCameIsKnownForADayAndOverARestart() throws IOException {
    Path own = directory.resolve("restart");
    SampleDelivery sample;
    try (WebhookRig first = new WebhookRig(own, WebhookKind.GITHUB)) {
      sample = first.sample(PUSH);
      assertThat(first.send(sample).status()).isEqualTo(202);
    }
    try (WebhookRig second = new WebhookRig(own, WebhookKind.GITHUB)) {
      second.later(Duration.ofHours(23));
      assertThat(second.send(sample).outcome()).startsWith("repeated");
      assertThat(second.fetches).hasValue(0);
      assertThat(second.newest())
          .extracting(Delivery::outcome)
          .containsExactly("repeated", "fetched");
      second.later(Duration.ofHours(2));
      assertThat(second.send(sample).outcome()).startsWith("fetched");
    }
  }

  @Test
  void aSecretThatCannotBeReadIsOurFaultAndNamedInTheLogAlone() throws IOException {
    try (WebhookRig own = new WebhookRig(directory.resolve("gone"), WebhookKind.GITHUB)) {
      SampleDelivery sample = own.sample(PUSH);
      Files.writeString(own.secretFile, " \n");
      WebhookRig.Answer answer = own.send(sample);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("WEBHOOK_SECRET");
      Files.delete(own.secretFile);
      assertThat(own.send(sample).text()).doesNotContain(own.secretFile.toString());
      Files.writeString(own.secretFile, WebhookRig.SECRET);
      assertThat(own.send(sample).status()).isEqualTo(202);
    }
  }

  @Test
  void oneNetworkMaySendSixHundredAMinute() throws IOException {
    try (WebhookRig own = new WebhookRig(directory.resolve("rate"), WebhookKind.GITHUB)) {
      SampleDelivery wrong = own.sample(PUSH).with(SIGNATURE, "sha256=00");
      for (int i = 0; i < DeliveryRate.MOST; i++) {
        assertThat(own.send(wrong).status()).isEqualTo(401);
      }
      assertThat(own.send(own.sample(PUSH)).status()).isEqualTo(429);
      assertThat(own.refusals().size()).isLessThan(10);
      own.later(Duration.ofMinutes(1));
      assertThat(own.send(own.sample(PUSH)).status()).isEqualTo(202);
    }
  }

  @Test
  void nothingElseIsTakenThere() throws IOException {
    WebhookRig rig = rig(WebhookKind.GITEA);
    try (WebhookRig own = new WebhookRig(directory.resolve("other"), WebhookKind.FORGEJO)) {
      assertThat(own.path()).isEqualTo("/webhooks/forgejo");
      assertThat(own.send(own.sample("forgejo-push")).status()).isEqualTo(202);
    }
    assertThat(rig.path()).isEqualTo("/webhooks/gitea");
  }
}
