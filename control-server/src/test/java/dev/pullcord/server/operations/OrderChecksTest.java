package dev.pullcord.server.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.protocol.api.Requests;
import dev.pullcord.server.refusal.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people may ask for. A refusal names the field, what was typed, and what was expected. */
class OrderChecksTest {
  private static Refusal refused(Runnable check) {
    return Objects.requireNonNull(catchThrowableOfType(Refusal.class, check::run));
  }

  private static Arguments refusal(String field, Runnable check, String text) {
    return Arguments.of(field, check, text);
  }

  static Stream<Arguments> refusals() {
    Duration minute = Duration.ofMinutes(1);
    Duration day = Duration.ofDays(1);
    Map<String, String> has = Map.of("role", "grep");
    return Stream.of(
        refusal("reason", () -> OrderChecks.reason(null), "1 to 500 characters"),
        refusal("reason", () -> OrderChecks.reason("  "), "1 to 500 characters"),
        refusal("reason", () -> OrderChecks.reason("x".repeat(501)), "1 to 500 characters"),
        refusal("reason", () -> OrderChecks.reason("a\u001b[2Jb"), "control characters"),
        refusal("ref", () -> OrderChecks.ref(null), "a branch, a tag or a commit"),
        refusal("ref", () -> OrderChecks.ref("x".repeat(201)), "a branch, a tag or a commit"),
        refusal(
            "for", () -> OrderChecks.duration("for", "59s", minute, day), "59s; 1m to 1d expected"),
        refusal(
            "for", () -> OrderChecks.duration("for", "25h", minute, day), "25h; 1m to 1d expected"),
        refusal("for", () -> OrderChecks.duration("for", null, minute, day), "for:"),
        refusal("for", () -> OrderChecks.duration("for", "soon", minute, day), "soon"),
        refusal("namePattern", () -> OrderChecks.namePattern("W-*"), "a-z 0-9"),
        refusal("namePattern", () -> OrderChecks.namePattern(""), "1 to 63"),
        refusal("labels", () -> OrderChecks.labels(Map.of("-x", "a")), "not a label's name"),
        refusal("labels", () -> OrderChecks.labels(Map.of("x", "a b")), "not a value of x"),
        refusal("labels", () -> OrderChecks.labels(many(33)), "33, at most 32"),
        refusal("labels", () -> OrderChecks.labels(has, change(null)), "nothing to change"),
        refusal("labels", () -> OrderChecks.labels(has, change(null, "dc")), "no label \"dc\""),
        refusal(
            "labels",
            () -> OrderChecks.labels(has, change(Map.of("role", "x"), "role")),
            "both set and removed"));
  }

  private static Map<String, String> many(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "l" + i, i -> "v"));
  }

  private static Requests.Labels change(@Nullable Map<String, String> set, String... remove) {
    return new Requests.Labels(set, List.of(remove));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("refusals")
  void whatIsWrongIsNamed(String field, Runnable check, String text) {
    Refusal refusal = refused(check);
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.MALFORMED);
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(refusal.getMessage()).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "release/1.2",
        "a_b-c",
        "feature/x@y",
        "v1.0",
        "feature/#12",
        "größe",
        "a=b",
        "fix,2",
        "it's"
      })
  void branchesHaveTheNamesThatGitGivesThem(String name) {
    assertThat(OrderChecks.branch("ref", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-x", "a..b", "a//b", "a/.b", "x@{1}", "a b", "main.lock", "/main", "a:b"})
  void whatIsNoBranchNameIsRefused(String name) {
    assertThat(refused(() -> OrderChecks.branch("ref", name)).getMessage())
        .startsWith("ref: ")
        .contains("not the short name of a branch");
  }

  @Test
  void goodInputIsTakenAsItIsMeant() {
    assertThat(OrderChecks.reason("  try it ")).isEqualTo("try it");
    assertThat(OrderChecks.ref(" v1 ")).isEqualTo("v1");
    assertThat(OrderChecks.namePattern(null)).isNull();
    assertThat(OrderChecks.namePattern("w-*")).isEqualTo("w-*");
    assertThat(OrderChecks.labels(null)).isEmpty();
    assertThat(OrderChecks.labels(many(32))).hasSize(32);
    assertThat(OrderChecks.duration("for", "2h", Duration.ofMinutes(1), Duration.ofDays(1)))
        .isEqualTo(Duration.ofHours(2));
  }

  @Test
  void aChangeOfLabelsKeepsTheOthers() {
    assertThat(
            OrderChecks.labels(
                Map.of("role", "grep", "dc", "ber"), change(Map.of("gpu", "1"), "dc")))
        .containsExactly(Map.entry("gpu", "1"), Map.entry("role", "grep"));
  }

  @Test
  void aChangeMayNotLeaveMoreLabelsThanANodeCanHave() {
    assertThat(
            refused(() -> OrderChecks.labels(many(32), change(Map.of("one", "more")))).getMessage())
        .contains("33, at most 32");
  }
}
