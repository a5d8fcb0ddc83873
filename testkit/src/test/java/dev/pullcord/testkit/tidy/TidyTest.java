package dev.pullcord.testkit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Holds the whole repository to the rules of CONTRIBUTING.md, and each rule to a planted case. */
class TidyTest {
  private static List<RepositoryFile> repository = List.of();

  @BeforeAll
  static void readTheRepository() {
    repository = RepositoryFile.all(Path.of(System.getProperty("pullcord.root", "..")));
  }

  @Test
  void everyFileKeepsTheRules() {
    assertThat(repository).hasSizeGreaterThan(50);
    assertThat(Rules.all(repository)).isEmpty();
  }

  @Test
  void methodsAndConstructorsAreSmall() {
    assertThat(MethodLengths.broken(repository)).isEmpty();
  }

  @Test
  void noTwoTypesShareAName() {
    assertThat(TypeNames.broken(repository, TypeNames.SHARED)).isEmpty();
  }

  @Test
  void namesOfNestedTypesSayWhichTypeIsMeant() {
    assertThat(NestedNames.ambiguous(repository)).isEmpty();
    assertThat(NestedNames.sharedPercent(repository))
        .as("nested types with a name that another one has; name yours after its subject")
        .isLessThan(NestedNames.SHARED_PERCENT_MAX);
  }

  @Test
  void fewRoomsAreLarge() {
    assertThat(RoomSizes.broken(repository)).isEmpty();
  }

  @Test
  void linksBetweenPagesLeadSomewhere() {
    assertThat(MarkdownLinks.broken(repository)).isEmpty();
  }

  @Nested
  class NoticesPlanted {
    private static final String MAIN = "agent/src/main/java/a/Main.java";
    private static final String TEST = "agent/src/test/java/a/MainTest.java";

    @Test
    void longLine() {
      String text = "ä".repeat(100) + "\n" + "x".repeat(101) + "\n";
      assertThat(Rules.longLines(RepositoryFile.of(MAIN, text)))
          .containsExactly(MAIN + ":2: longer than 100 characters");
      assertThat(Rules.longLines(RepositoryFile.of("bin/tool", "#!/bin/sh\n" + text))).hasSize(1);
      assertThat(Rules.longLines(RepositoryFile.of("docs/a.md", text))).isEmpty();
    }

    @Test
    void longProse() {
      String prose = "word ".repeat(20) + "word\n";
      String row = "| " + prose;
      String program = "```sh\n" + prose + "```\n";
      String link = "[a](https://example.org/" + "x".repeat(100) + ")\n";

      assertThat(Rules.longProse(RepositoryFile.of("docs/a.md", row + program + link))).isEmpty();
      assertThat(Rules.longProse(RepositoryFile.of("docs/a.md", program + prose)))
          .containsExactly("docs/a.md:4: longer than 100 characters; wrap it");
      assertThat(Rules.longProse(RepositoryFile.of(MAIN, prose))).isEmpty();
    }

    @Test
    void longFile() {
      assertThat(Rules.longFile(RepositoryFile.of(MAIN, "\n".repeat(301)))).hasSize(1);
      assertThat(Rules.longFile(RepositoryFile.of(MAIN, "\n".repeat(300)))).isEmpty();
      assertThat(Rules.longFile(RepositoryFile.of(TEST, "\n".repeat(301)))).isEmpty();
    }

    @Test
    void unfinishedWork() {
      assertThat(Rules.unfinished(RepositoryFile.of(MAIN, "// FIX" + "ME later"))).hasSize(1);
      assertThat(Rules.unfinished(RepositoryFile.of("a.sh", "# TO" + "DO"))).hasSize(1);
      assertThat(Rules.unfinished(RepositoryFile.of(MAIN, "String toDo;"))).isEmpty();
    }

    @Test
    void sleepInTest() {
      String sleep = "Thread." + "sleep(10);";
      assertThat(Rules.sleepsInTest(RepositoryFile.of(TEST, sleep))).hasSize(1);
      assertThat(Rules.sleepsInTest(RepositoryFile.of(MAIN, sleep))).isEmpty();
    }

    @Test
    void mock() {
      String mock = "import static org." + "mockito.Mock" + "ito.mock;";
      assertThat(Rules.mocks(RepositoryFile.of(TEST, mock))).hasSize(1);
    }

    @Test
    void pathOfTheBuildMachine() {
      assertThat(Rules.buildMachine(RepositoryFile.of("docs/a.md", "see /wo" + "rk/x"))).hasSize(1);
      assertThat(Rules.buildMachine(RepositoryFile.of("docs/a.md", "see docs/work/"))).isEmpty();
    }

    @Test
    void largeBlob() {
      String large = "x".repeat((64 << 10) + 1);
      assertThat(Rules.largeBlob(RepositoryFile.of("a.bin", large))).hasSize(1);
      assertThat(Rules.largeBlob(RepositoryFile.of("docs/a.png", large))).isEmpty();
      assertThat(Rules.largeBlob(RepositoryFile.of("docs/a.png", large.repeat(7)))).hasSize(1);
    }

    @Test
    void packageWithoutSentence() {
      RepositoryFile main = RepositoryFile.of(MAIN, "class Main {}");
      String infoPath = "agent/src/main/java/a/package-info.java";
      RepositoryFile silent = RepositoryFile.of(infoPath, "/** A. */ @NullMarked package a;");
      RepositoryFile said =
          RepositoryFile.of(
              infoPath, "/** Starts the daemon and ends it. */ @NullMarked package a;");
      assertThat(Rules.unexplainedPackages(List.of(main))).hasSize(1);
      assertThat(Rules.unexplainedPackages(List.of(main, silent))).hasSize(1);
      assertThat(Rules.unexplainedPackages(List.of(main, said))).isEmpty();
    }

    @Test
    void longMethod() {
      assertThat(MethodLengths.broken(List.of(RepositoryFile.of(MAIN, method(61)))))
          .containsExactly(MAIN + ":2: m has 61 lines, at most 60");
      assertThat(MethodLengths.broken(List.of(RepositoryFile.of(MAIN, method(60))))).isEmpty();
      assertThat(MethodLengths.broken(List.of(RepositoryFile.of(TEST, method(121))))).hasSize(1);
      assertThat(MethodLengths.broken(List.of(RepositoryFile.of(TEST, method(120))))).isEmpty();
    }

    @Test
    void greedyConstructor() {
      String parameters =
          IntStream.range(0, 8).mapToObj(i -> "int p" + i).collect(Collectors.joining(", "));
      RepositoryFile file =
          RepositoryFile.of(MAIN, "class Main {\n Main(" + parameters + ") {}\n}");
      assertThat(MethodLengths.broken(List.of(file))).hasSize(1);
    }

    @Test
    void nameOfTwoTypes() {
      RepositoryFile first =
          RepositoryFile.of("agent/src/main/java/a/Plan.java", "sealed interface Plan {}\n");
      RepositoryFile second =
          RepositoryFile.of("cli/src/main/java/b/Plan.java", "public final class Plan {}\n");
      RepositoryFile inner =
          RepositoryFile.of("cli/src/main/java/b/Goal.java", "class Goal {\n  record Plan() {}\n}");
      RepositoryFile behind =
          RepositoryFile.of("cli/src/main/java/b/Step.java", "class Step {}\n\nenum Plan {}\n");
      RepositoryFile test =
          RepositoryFile.of("cli/src/test/java/b/Plan.java", "final class Plan {}\n");
      Map<String, String> none = Map.of();
      assertThat(TypeNames.broken(List.of(first, second), none))
          .containsExactly(
              "agent/src/main/java/a/Plan.java and cli/src/main/java/b/Plan.java: both are called"
                  + " Plan; give each a name of its own");
      assertThat(TypeNames.broken(List.of(first, behind), none)).hasSize(1);
      assertThat(TypeNames.broken(List.of(first, inner, test), none)).isEmpty();
      assertThat(TypeNames.broken(List.of(first, second), Map.of("Plan", "a reason"))).isEmpty();
      assertThat(TypeNames.broken(List.of(first), Map.of("Plan", "a reason")))
          .containsExactly("Plan: may stand twice and does not; take it off the list");
    }

    @Test
    void nestedTypesOfOneName() {
      RepositoryFile first =
          RepositoryFile.of("agent/src/main/java/a/A.java", "import dev.pullcord.b.B.Look;\n");
      RepositoryFile second =
          RepositoryFile.of("cli/src/main/java/b/B.java", "import dev.pullcord.c.C.D.Look;\n");
      RepositoryFile whole =
          RepositoryFile.of("cli/src/main/java/b/E.java", "import dev.pullcord.c.Look;\n");
      assertThat(NestedNames.ambiguous(List.of(first, second)))
          .containsExactly(
              "Look is imported from dev.pullcord.b.B and dev.pullcord.c.C.D; import these, and"
                  + " write the name behind theirs");
      assertThat(NestedNames.ambiguous(List.of(first, first, whole))).isEmpty();

      String nested = "class A {\n  private record Look() {}\n\n  enum Kind {}\n}\n";
      String other = "class B {\n  interface Look {}\n\n  static final class Own {}\n}\n";
      assertThat(NestedNames.sharedPercent(planted(nested, other))).isBetween(66.0, 67.0);
      assertThat(NestedNames.sharedPercent(planted(nested, nested.replace("Look", "Row"))))
          .isZero();
    }

    private static List<RepositoryFile> planted(String first, String second) {
      return List.of(
          RepositoryFile.of("agent/src/main/java/a/A.java", first),
          RepositoryFile.of("cli/src/main/java/b/B.java", second));
    }

    @Test
    void fourthLargeRoom() {
      assertThat(RoomSizes.broken(rooms(16, 16, 17, 15))).isEmpty();
      assertThat(RoomSizes.broken(rooms(16, 16, 17, 16)))
          .hasSize(4)
          .first()
          .asString()
          .startsWith("agent/src/main/java/r2: 17 types; at most 3 rooms may have more than 15");
    }

    @Test
    void linkToNowhere() {
      RepositoryFile readme = RepositoryFile.of("README.md", "# Big Title\n[a](docs/a.md#to-do)\n");
      RepositoryFile page =
          RepositoryFile.of("docs/a.md", "## To `do`\n[up](../README.md#big-title)");
      RepositoryFile lost = RepositoryFile.of("docs/b.md", "[a](a.md#gone) [b](c.md) [c](/../x)");
      assertThat(MarkdownLinks.broken(List.of(readme, page))).isEmpty();
      assertThat(MarkdownLinks.broken(List.of(readme, page, lost))).hasSize(3);
    }

    /** Rooms with that many types, each with its package-info, and as many tests beside them. */
    private static List<RepositoryFile> rooms(int... types) {
      return IntStream.range(0, types.length)
          .boxed()
          .flatMap(room ->
              IntStream.rangeClosed(0, types[room])
                  .mapToObj(type -> type == 0 ? "package-info" : "Type" + type)
                  .flatMap(type ->
                      Stream.of("main", "test")
                          .map(kind -> "agent/src/%s/java/r%d/%s.java".formatted(kind, room, type))
                          .map(path -> RepositoryFile.of(path, ""))))
          .toList();
    }

    private static String method(int lines) {
      return "class Main {\n  void m() {\n" + "    ;\n".repeat(lines - 2) + "  }\n}\n";
    }
  }
}
