package dev.pullcord.agent.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.ProcessTable;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
  @TempDir Path temp;
  private final Masks masks = new Masks();
  private StateDirectory directory;

  @BeforeEach
  void open() {
    directory = StateDirectory.open(temp.resolve("state"));
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void beginsWithTheLastLinesOfTheNewestGeneration() throws IOException {
    generation(1, "grep", "old\n");
    generation(2, "grep", "one\ntwo\nthree\n");

    assertThat(new LogFollower(directory, "grep", masks).begin(2)).contains("two\nthree\n");
  }

  @Test
  void goesOnWithWholeLinesAndWithNewerGenerations() throws IOException {
    generation(1, "grep", "one\n");
    LogFollower follower = new LogFollower(directory, "grep", masks);
    follower.begin(10);

    say(1, "two\nhal");
    assertThat(follower.more()).isEqualTo("two\n");
    say(1, "f\n");
    assertThat(follower.more()).isEqualTo("half\n");
    assertThat(follower.more()).isEmpty();

    generation(2, "grep", "new\n");
    assertThat(follower.more()).isEqualTo("==> grep, generation 2 <==\nnew\n");
    say(1, "last words\n");
    assertThat(follower.more()).isEqualTo("==> grep, generation 1 <==\nlast words\n");
  }

  @Test
  void findsAGenerationWhoseRecordComesAfterItsDirectory() throws IOException {
    generation(1, "grep", "one\n");
    LogFollower follower = new LogFollower(directory, "grep", masks);
    follower.begin(10);
    Files.createDirectories(directory.generation(2));
    assertThat(follower.more()).isEmpty();

    generation(2, "grep", "two\n");

    assertThat(follower.more()).isEqualTo("==> grep, generation 2 <==\ntwo\n");
  }

  @Test
  void namesTheWorkerWhereThereAreSeveral() throws IOException {
    generation(1, "grep", "a\n");
    generation(2, "index", "b\n");

    assertThat(new LogFollower(directory, null, masks).begin(10).orElseThrow())
        .contains("a\n")
        .endsWith("==> index, generation 2 <==\nb\n");
  }

  @Test
  void hasNothingOfAWorkerThatNeverWas() throws IOException {
    generation(1, "grep", "a\n");

    assertThat(new LogFollower(directory, "index", masks).begin(10)).isEmpty();
  }

  @Test
  void readsALogThatWasCutFromItsBeginning() throws IOException {
    generation(1, "grep", "a long line before\n");
    LogFollower follower = new LogFollower(directory, "grep", masks);
    follower.begin(10);

    new LogRotation(directory, 5).run();
    say(1, "after\n");

    assertThat(follower.more()).isEqualTo("after\n");
    assertThat(log(1).resolveSibling("log.1")).hasContent("a long line before\n");
  }

  @Test
  void aLogThatCannotBeCopiedIsCutAllTheSameAndSoAreTheOthers() throws IOException {
    generation(1, "grep", "a long line before\n");
    generation(2, "index", "another long line\n");
    Path inTheWay = Files.createDirectory(log(1).resolveSibling("log.1"));
    Files.createFile(inTheWay.resolve("file"));

    new LogRotation(directory, 5).run();

    assertThat(log(1)).isEmptyFile();
    assertThat(inTheWay).hasContent("a long line before\n");
    assertThat(log(2)).isEmptyFile();
    assertThat(log(2).resolveSibling("log.1")).hasContent("another long line\n");
  }

  @Test
  void logsAreLookedAtOnceAMinute() throws IOException {
    FakeClock clock = new FakeClock();
    generation(1, "grep", "");
    Runnable everySecond = new LogRotation(directory, 5).everyMinute(clock);
    everySecond.run();
    say(1, "a long line\n");

    clock.manual().advance(Duration.ofSeconds(59));
    everySecond.run();
    assertThat(log(1)).isNotEmptyFile();
    clock.manual().advance(Duration.ofSeconds(1));
    everySecond.run();
    assertThat(log(1)).isEmptyFile();
  }

  @Test
  void takesTheValuesOfAnEnvFileOutOfTheEndAndOfWhatComes() throws IOException {
    masks.add("k1", List.of("s3cret-of-the-broker"));
    generation(1, "grep", "x.k1", "redis://:s3cret-of-the-broker@broker/0\n");
    LogFollower follower = new LogFollower(directory, "grep", masks);

    assertThat(follower.begin(10)).contains("redis://:****@broker/0\n");
    say(1, "lost s3cret-of-the-");
    assertThat(follower.more()).isEmpty();
    say(1, "broker\n");
    assertThat(follower.more()).isEqualTo("lost ****\n");
  }

  @Test
  void aSecretThatALongLineIsCutInIsMaskedWherever() throws IOException {
    String secret = "s3cret-of-the-bröker";
    masks.add("k1", List.of(secret));
    for (int before = 32 * 1024 - 60; before < 32 * 1024 + 60; before++) {
      long number = before;
      generation(number, "grep", "x.k1", "");
      LogFollower follower = new LogFollower(directory, "grep", masks);
      follower.begin(10);
      say(number, "a".repeat(before) + secret + "b".repeat(70_000) + "\n");

      String all = follower.more() + follower.more() + follower.more() + follower.more();

      assertThat(all.replace("\n", "").replaceAll("[*]+", "****"))
          .as("after %d", before)
          .isEqualTo("a".repeat(before) + "****" + "b".repeat(70_000));
    }
  }

  @Test
  void aSecretInWhichTheLastLinesBeginIsMasked() throws IOException {
    masks.add("k1", List.of("s3cret-of-the-broker"));
    String log = "x".repeat(100) + "s3cret-of-the-broker" + "b".repeat((1 << 20) - 11) + "\n";
    generation(1, "grep", "x.k1", log);

    assertThat(new LogFollower(directory, "grep", masks).begin(1).orElseThrow())
        .doesNotContain("broker")
        .startsWith("****b");
  }

  @Test
  void theLastWordsOfAGenerationThatHasEndedAreALine() throws IOException {
    generation(1, "grep", "one\nfatal: no memor");
    LogFollower follower = new LogFollower(directory, "grep", masks);
    assertThat(follower.begin(10)).contains("one\n");
    assertThat(follower.more()).isEmpty();

    say(1, "y");
    Files.writeString(new GenerationFiles(directory, 1).claim(), "4194305 1\n");

    assertThat(follower.more()).isEqualTo("fatal: no memory\n");
    assertThat(follower.more()).isEmpty();
    assertThat(new LogFollower(directory, "grep", masks).begin(1)).contains("fatal: no memory\n");
  }

  /** It lives on, of generation 1, whose own process is gone. */
  private Process childOfAnEndedWorker() throws IOException {
    GenerationFiles files = new GenerationFiles(directory, 1);
    Files.writeString(files.claim(), "4194305 1\n");
    ProcessBuilder child = new ProcessBuilder("sleep", "600");
    child.environment().put("PULLCORD_CURRENT", files.link().toString());
    return child.start();
  }

  private static void hasBecomeItsProgram(Process living) {
    Eventually.within(Duration.ofSeconds(60))
        .isTrue(
            "it has become its program",
            () -> ProcessTable.variable(living.pid(), "PULLCORD_CURRENT").isPresent());
  }

  @Test
  void aSecretIsNotShownInPartWhileAChildOfAnEndedWorkerStillWritesIt() throws Exception {
    masks.add("k1", List.of("s3cret-of-the-broker"));
    generation(1, "grep", "x.k1", "");
    LogFollower follower = new LogFollower(directory, "grep", masks);
    follower.begin(10);
    Process living = childOfAnEndedWorker();
    try {
      hasBecomeItsProgram(living);
      say(1, "lost s3cret-of-");
      assertThat(follower.more()).isEmpty();
      say(1, "the-broker");
    } finally {
      living.destroyForcibly().waitFor();
    }

    assertThat(follower.more()).isEqualTo("lost ****\n");
  }

  @Test
  void theLastWordsOfAWorkerWithoutSecretsDoNotWaitForAChild() throws Exception {
    generation(1, "grep", "");
    LogFollower follower = new LogFollower(directory, "grep", masks);
    follower.begin(10);
    Process living = childOfAnEndedWorker();
    try {
      hasBecomeItsProgram(living);
      say(1, "fatal: no memory");

      assertThat(follower.more()).isEqualTo("fatal: no memory\n");
    } finally {
      living.destroyForcibly().waitFor();
    }
  }

  @Test
  void showsNothingOfAGenerationWhoseValuesItDoesNotKnow() throws IOException {
    generation(1, "grep", "x.k1", "s3cret-of-the-broker\n");
    LogFollower follower = new LogFollower(directory, "grep", masks);

    assertThat(follower.begin(10)).contains(Masks.NOT_SHOWN + "\n");
    say(1, "s3cret-of-the-broker again\n");
    assertThat(follower.more()).isEmpty();

    masks.add("k1", List.of("s3cret-of-the-broker"));
    say(1, "and s3cret-of-the-broker\n");
    assertThat(follower.more()).isEqualTo("and ****\n");
  }

  @Test
  void leavesASmallLogAlone() throws IOException {
    generation(1, "grep", "small\n");

    new LogRotation(directory, 100).run();

    assertThat(log(1)).hasContent("small\n");
    assertThat(log(1).resolveSibling("log.1")).doesNotExist();
  }

  private void generation(long number, String worker, String log) throws IOException {
    generation(number, worker, "x", log);
  }

  private void generation(long number, String worker, String identity, String log)
      throws IOException {
    Instant now = Instant.EPOCH;
    new GenerationFiles(directory, number)
        .create(
            Generation.intended(
                number,
                worker,
                new Generation.Origin(
                    "000001-aaaaaaaaaaaa", new CommitId("a".repeat(40)), identity),
                "boot",
                now,
                false,
                RunnerName.PROCESS));
    say(number, log);
  }

  private void say(long number, String text) throws IOException {
    Files.writeString(log(number), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private Path log(long number) {
    return new GenerationFiles(directory, number).log();
  }
}
