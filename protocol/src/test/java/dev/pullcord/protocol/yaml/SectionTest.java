package dev.pullcord.protocol.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SectionTest {
  private static final Map<String, Integer> LEVELS = Map.of("info", 1);

  @Test
  void readsEveryType() {
    YamlDocument file =
        read(
            """
            text: hello
            duration: 30s
            size: 64MiB
            integer: -7
            flag: true
            choice: info
            texts: [a, "8"]
            section: {inner: x}
            sections: [{a: b}, {a: c}]
            """);
    Section root = file.root();

    assertThat(root.text("text")).hasValue("hello");
    assertThat(root.duration("duration", Duration.ZERO, Duration.ofDays(1)))
        .hasValue(Duration.ofSeconds(30));
    assertThat(root.size("size", 0, 1L << 40)).hasValue(64L << 20);
    assertThat(root.integer("integer", -10, 10)).hasValue(-7L);
    assertThat(root.flag("flag")).hasValue(true);
    assertThat(root.choice("choice", LEVELS)).hasValue(1);
    assertThat(root.texts("texts", 2)).hasValue(List.of("a", "8"));
    assertThat(root.section("section").flatMap(s -> s.text("inner"))).hasValue("x");
    assertThat(root.sections("sections", 2).stream().map(s -> s.text("a").orElseThrow()))
        .containsExactly("b", "c");
    root.finish();
    assertThat(file.problems().none()).isTrue();
  }

  @Test
  void whatIsNotThereIsNoProblem() {
    YamlDocument file = read("{}");
    Section root = file.root();

    assertThat(root.text("a")).isEmpty();
    assertThat(root.section("b")).isEmpty();
    assertThat(root.sections("c", 1)).isEmpty();
    root.finish();
    assertThat(file.problems().none()).isTrue();
  }

  @Test
  void everyWrongTypeIsSaidWithItsPlace() {
    YamlDocument file =
        read(
            """
            text: [a]
            duration: 30
            size: 64MB
            integer: many
            flag: yes
            choice: inf
            texts: a
            section: []
            sections: [1, 2, 3]
            """);
    Section root = file.root();
    root.text("text");
    root.duration("duration", Duration.ZERO, Duration.ofDays(1));
    root.size("size", 0, 1L << 40);
    root.integer("integer", -10, 10);
    root.flag("flag");
    root.choice("choice", LEVELS);
    root.texts("texts", 2);
    root.section("section");
    root.sections("sections", 2);
    root.finish();

    assertThat(file.problems().list())
        .extracting(YamlProblem::text)
        .containsExactly(
            "CONFIG_TYPE  agent.yaml:1:7  text: a list stands here; text is expected",
            "CONFIG_TYPE  agent.yaml:2:11  duration: \"30\" is not a duration: a number and a unit"
                + " expected, like 20ms, 30s, 5m, 2h or 7d",
            "CONFIG_TYPE  agent.yaml:3:7  size: \"64MB\" is not a size: a number and a unit"
                + " expected, like 512B, 64KiB, 64MiB or 2GiB",
            "CONFIG_TYPE  agent.yaml:4:10  integer: \"many\" is not a whole number; one from -10 to"
                + " 10 is expected",
            "CONFIG_TYPE  agent.yaml:5:7  flag: \"yes\" is not a boolean: true or false is"
                + " expected",
            "CONFIG_VALUE  agent.yaml:6:9  choice: \"inf\" is not known here; info expected; did"
                + " you mean info?",
            "CONFIG_TYPE  agent.yaml:7:8  texts: \"a\" stands here; a list, [a, b], is expected",
            "CONFIG_TYPE  agent.yaml:8:10  section: a list stands here; a mapping, {key: value}, is"
                + " expected",
            "CONFIG_RANGE  agent.yaml:9:11  sections: 3 entries; at most 2");
  }

  @Test
  void limitsAreIncluded() {
    YamlDocument file = read("{a: 1s, b: 1ms, c: 2s, d: 1KiB, e: 99999999999999999999, f: 0x10}");
    Section root = file.root();

    assertThat(root.duration("a", Duration.ofSeconds(1), Duration.ofSeconds(1))).isPresent();
    assertThat(root.duration("b", Duration.ofSeconds(1), Duration.ofSeconds(1))).isEmpty();
    assertThat(root.duration("c", Duration.ofSeconds(1), Duration.ofSeconds(1))).isEmpty();
    assertThat(root.size("d", 1025, 2048)).isEmpty();
    assertThat(root.integer("e", 0, 10)).isEmpty();
    assertThat(root.integer("f", 0, 100)).isEmpty();
    assertThat(file.problems().list())
        .extracting(YamlProblem::code)
        .containsExactly(
            "CONFIG_RANGE", "CONFIG_RANGE", "CONFIG_RANGE", "CONFIG_RANGE", "CONFIG_TYPE");
  }

  @Test
  void aKeyThatNobodyAskedForIsRefusedAndGuessed() {
    YamlDocument file = read("pol: 5s\nzzz: 1\n");
    Section root = file.root();
    root.text("poll");
    root.text("state");
    root.finish();

    assertThat(file.problems().list())
        .extracting(YamlProblem::message)
        .containsExactly(
            "\"pol\" is not known here; did you mean poll?",
            "\"zzz\" is not known here; known are poll, state");
  }

  @Test
  void aMissingKeyIsSaidOnceWithItsSection() {
    YamlDocument file = read("git:\n  branch: main\n");
    Section git = file.root().section("git").orElseThrow();

    assertThat(git.require("branch")).isTrue();
    assertThat(git.require("url", "branch")).isFalse();
    assertThat(file.problems().list())
        .extracting(YamlProblem::text)
        .containsExactly("CONFIG_REQUIRED  agent.yaml:2:3  git: the key url is missing");
  }

  @Test
  void anUnreadableFileIsSaidOnceAndNothingElse() {
    YamlDocument file = read("a: [");
    Section root = file.root();
    root.require("state");
    root.finish();

    assertThat(file.problems().list()).hasSize(1);
    assertThat(file.problems().list().getFirst().code()).isEqualTo("CONFIG_SYNTAX");
  }

  @Test
  void aBrokenValueIsNotComplainedAboutTwice() {
    YamlDocument file = read("{a: !!int 5, b: !x [c], c: *gone}");
    Section root = file.root();
    root.integer("a", 0, 1);
    root.section("b");
    root.texts("c", 1);
    root.finish();

    assertThat(file.problems().list())
        .extracting(YamlProblem::code)
        .containsOnlyOnce("CONFIG_ALIAS")
        .contains("CONFIG_TAG");
  }

  @Test
  void wordsAreGuessedByTheirDistance() {
    List<String> known = List.of("health", "restart", "run");

    assertThat(DidYouMean.of("helth", known)).contains("health");
    assertThat(DidYouMean.of("haelth", known)).contains("health");
    assertThat(DidYouMean.of("Restart", known)).contains("restart");
    assertThat(DidYouMean.of("rnu", known)).contains("run");
    assertThat(DidYouMean.of("colour", known)).isEmpty();
    List<String> branches = List.of("main", "v1", "production", "release/2026-10");
    assertThat(DidYouMean.of("mian", branches)).contains("main");
    assertThat(DidYouMean.of("porducton", branches)).contains("production");
    for (String far : List.of("v2", "x", "pruductoin-", "release/2027-11x", "mojn")) {
      assertThat(DidYouMean.of(far, branches)).as(far).isEmpty();
    }
    assertThat(DidYouMean.of("x".repeat(10_000), known)).isEmpty();
    assertThat(DidYouMean.distance("", "abc")).isEqualTo(3);
    assertThat(DidYouMean.distance("kitten", "sitting")).isEqualTo(3);
  }

  private static YamlDocument read(String text) {
    return YamlDocument.read(text.getBytes(StandardCharsets.UTF_8), "agent.yaml", "CONFIG");
  }
}
