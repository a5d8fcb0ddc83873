package dev.pullcord.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.ProgramCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./pullcord test} says at its end, over reports that are written here. */
class TestSummaryTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));
  private static final Instant BEGAN = Instant.parse("2026-11-28T10:00:00Z");

  @TempDir Path directory;

  @BeforeEach
  void testsHaveBegun() throws IOException {
    Path began = file("build/tests-began", "");
    Files.setLastModifiedTime(began, FileTime.from(BEGAN));
  }

  @Test
  void aRunInWhichEveryClassPassedIsGreen() throws IOException {
    source("first", "AlphaTest", "class AlphaTest {");
    report("first", "AlphaTest", 3, 0, 1);

    ProgramCall.Result result = summary();

    assertThat(result.exit()).isZero();
    assertThat(result.output())
        .contains("first                3 tests      2 s by the clock,      2 s in all")
        .endsWith("pullcord test: 3 tests in 1 classes: 2 passed, 0 failed, 1 not run; 1 min 5 s");
  }

  @Test
  void classesSideBySideCountOnceByTheClock() throws IOException {
    for (String name : List.of("AlphaTest", "BetaTest", "GammaTest")) {
      source("first", name, "class %s {".formatted(name));
    }
    ended(report("first", "AlphaTest", 1, 0, 0), 10);
    ended(report("first", "BetaTest", 1, 0, 0), 11);
    ended(report("first", "GammaTest", 1, 0, 0), 17);

    assertThat(summary().output())
        .contains("first                3 tests      9 s by the clock,      7 s in all");
  }

  @Test
  void aFailedTestIsNamedAndTheRunIsRed() throws IOException {
    source("first", "AlphaTest", "class AlphaTest {");
    report("first", "AlphaTest", 3, 1, 0);

    ProgramCall.Result result = summary();

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output())
        .contains("failed:\n  dev.pullcord.AlphaTest.fallsOver\n")
        .contains("2 passed, 1 failed, 0 not run;");
  }

  @Test
  void aModuleThatTheBuildDidNotReachIsCountedAndTheRunIsRed() throws IOException {
    source("first", "AlphaTest", "class AlphaTest {");
    report("first", "AlphaTest", 3, 0, 0);
    source("second", "BetaTest", "class BetaTest {");
    source("second", "GammaTest", "class GammaTest {");

    ProgramCall.Result result = summary();

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output())
        .contains("did not run at all:\n  second, 2 classes: the build ended before this module\n")
        .contains("3 passed, 0 failed, 0 not run, and 2 classes not reached;");
  }

  @Test
  void aClassWhoseModuleEndedBeforeItIsNamed() throws IOException {
    source("first", "AlphaTest", "class AlphaTest {");
    report("first", "AlphaTest", 3, 0, 0);
    source("first", "BetaTest", "class BetaTest {");

    ProgramCall.Result result = summary();

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output()).contains("  dev.pullcord.BetaTest: its module stopped before it");
  }

  @Test
  void aReportOfAnEarlierRunDoesNotCount() throws IOException {
    source("first", "AlphaTest", "class AlphaTest {");
    Path report = report("first", "AlphaTest", 3, 0, 0);
    Files.setLastModifiedTime(report, FileTime.from(BEGAN.minusSeconds(60)));

    assertThat(summary().exit()).isEqualTo(1);
  }

  @Test
  void whatOtherTestsExtendIsNoClassThatHasToRun() throws IOException {
    source("first", "ContractTest", "public abstract class ContractTest {");
    source("first", "AlphaTest", "class AlphaTest {");
    report("first", "AlphaTest$WhenEmpty", 1, 0, 0);

    assertThat(summary().exit()).isZero();
  }

  private ProgramCall.Result summary() {
    List<String> argv = List.of("sh", ROOT.resolve("scripts/test-summary.sh").toString(), "65");
    return ProgramCall.of(directory, Map.of(), argv).run();
  }

  private static void ended(Path report, int seconds) throws IOException {
    Files.setLastModifiedTime(report, FileTime.from(BEGAN.plusSeconds(seconds)));
  }

  private void source(String module, String name, String line) throws IOException {
    file(module + "/src/test/java/dev/pullcord/" + name + ".java", line + "\n}\n");
  }

  private Path report(String module, String name, int tests, int failed, int skipped)
      throws IOException {
    String suite =
        "<testsuite time='2.4' name='%s' tests='%d' errors='0' skipped='%d' failures='%d'>"
            .replace('\'', '"')
            .formatted(name, tests, skipped, failed);
    String failure =
        "  <testcase name=\"fallsOver\" classname=\"dev.pullcord.%s\" time=\"0.1\">\n"
                .formatted(name)
            + "    <failure message=\"no\"/>\n  </testcase>\n";
    return file(
        module + "/target/surefire-reports/TEST-dev.pullcord." + name + ".xml",
        "<?xml version=\"1.0\"?>\n" + suite + "\n" + failure.repeat(failed) + "</testsuite>\n");
  }

  private Path file(String path, String text) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
