package dev.pullcord.systemtests.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A shell that somebody types into, and whose output can be read. */
final class TypedTerminal implements AutoCloseable {
  private static final String ENDED = "@@ended ";
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Process shell;
  private final Path output;
  private final Writer input;
  private int typedAt;
  private int blockAt;
  private int seen;
  private boolean looked;

  TypedTerminal(Path output, Path directory, Map<String, String> environment) throws IOException {
    this.output = output;
    // What runs in the background of a script ignores SIGINT, and would hand that down.
    ProcessBuilder builder =
        new ProcessBuilder("env", "--default-signal=INT", "bash")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    shell = builder.start();
    input = shell.outputWriter(StandardCharsets.UTF_8);
  }

  /** Types a line; waits until it ended well. */
  void type(String line) throws IOException {
    send(line);
    awaitEnd(line);
  }

  /** Types a line that starts a daemon; waits until that is ready. */
  void start(String line) throws IOException {
    send(line);
    Eventually.within(LIMIT)
        .until(line, this::lastOutput, text -> text.contains(" ready") || text.contains(ENDED));
    assertThat(lastOutput()).as(line).doesNotContain(ENDED);
  }

  private void send(String line) throws IOException {
    typedAt = all().length();
    if (looked) {
      blockAt = typedAt;
      seen = 0;
      looked = false;
    }
    input.write(line + "\n");
    input.write("echo " + ENDED + "$?\n");
    input.flush();
  }

  /** Ctrl-C: what runs in the foreground is told, and ends well. */
  void interrupt() throws IOException, InterruptedException {
    List<ProcessHandle> foreground = shell.children().toList();
    assertThat(foreground).as("what runs in the foreground").hasSize(1);
    String pid = Long.toString(foreground.getFirst().pid());
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
    awaitEnd("Ctrl-C");
  }

  private void awaitEnd(String what) {
    String text =
        Eventually.within(LIMIT).until(what, this::lastOutput, all -> all.contains(ENDED));
    assertThat(text).as(what).contains(ENDED + "0\n");
  }

  /** What was printed since the last line was typed. */
  String lastOutput() throws IOException {
    return all().substring(typedAt);
  }

  /**
   * Checks that these lines were printed, in this order, after those that were looked for before.
   */
  void sees(List<String> lines, UnaryOperator<String> asOnThePage) throws IOException {
    String block = all().substring(blockAt);
    looked = true;
    List<String> printed = StartPage.comparable(asOnThePage.apply(block).lines());
    for (String line : StartPage.comparable(lines.stream())) {
      int at = printed.subList(seen, printed.size()).indexOf(line);
      assertThat(at).as("the page promises%n%s%nand there was%n%s", line, block).isNotNegative();
      seen += at + 1;
    }
  }

  private String all() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
  }
}
