package dev.pullcord.cli.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An operator at a fleet of three nodes: one converged, one whose check failed, one pinned.
 * Compares all that a command prints.
 */
public final class Session implements AutoCloseable {
  private static final Pattern WORD = Pattern.compile("'[^']*'|[^ ]+");
  private final FakeServer server = new FakeServer();
  private final Machine machine;

  /** Signed in, with this home. */
  public Session(Path home) throws IOException {
    machine = Machine.signedIn(home, server);
    FakeFleet fleet = server.fleet();
    fleet.set("beat-1", NodeState.CONVERGED, "");
    fleet.set("grep-1", NodeState.CONVERGED, "");
    fleet.set("grep-2", NodeState.FAILED, "check bin/check-patterns exited 1");
    fleet.pinned("beat-1", new PinStatus("v1", "ann", "trying", FakeFleet.NOW.plusSeconds(3600)));
    fleet.deploy(11, FakeFleet.BEFORE, 12L);
    fleet.deploy(12, FakeFleet.HEAD, null);
    fleet.did(
        "grep-2",
        step(StepRecord.Kind.STAGE, StepRecord.Outcome.OK, "", null),
        step(StepRecord.Kind.CHECK, StepRecord.Outcome.RELEASE_FAULT, "bad pattern: (\n", 1));
    audited(1, "ann", false, "ann pinned beat-1 to v1 for 2h: trying");
    audited(2, "bob", true, "a push by bob to main was refused: REF_NON_FF");
    server.odd("/api/v1/nodes/grep-1/logs", 200, "text/plain", "one\n\0\ntwo \033[2J\n");
  }

  private void audited(long id, String who, boolean refused, String text) {
    server.audited(
        new AuditView(
            id,
            FakeFleet.NOW.minusSeconds(60 / id),
            who,
            "api",
            "10.0.0.7",
            "pin",
            "main",
            null,
            null,
            refused,
            1,
            text));
  }

  private static StepRecord step(
      StepRecord.Kind kind, StepRecord.Outcome outcome, String output, @Nullable Integer exit) {
    return new StepRecord(
        4, 0, FakeFleet.HEAD, kind, "bin/check", outcome, FakeFleet.NOW, 120, exit, output);
  }

  /** What is behind it. */
  public FakeServer server() {
    return server;
  }

  /** Where the command runs. */
  public Machine machine() {
    return machine;
  }

  /**
   * Runs a command line; a word with spaces in it stands between apostrophes. Checks the exit code
   * and all that is printed, with {@code ! } before the lines of standard error.
   */
  public void shows(String line, int exitCode, String printed) {
    String was = run(line);
    assertThat(was).as(line).isEqualTo(exitCode + "\n" + printed);
  }

  /** Runs a command line and returns its exit code and all that it printed. */
  public String run(String line) {
    String[] words =
        WORD.matcher(line).results().map(w -> w.group().replace("'", "")).toArray(String[]::new);
    int exitCode = machine.run(words);
    String errors = machine.err().lines().map(l -> "! " + l + "\n").collect(Collectors.joining());
    return (exitCode + "\n" + machine.out() + errors)
        .replace(server.url(), "https://SERVER")
        .replace(FakeServer.JOIN_TOKEN, "pcj1_token")
        .replaceAll("(converged \\d+/\\d+ (?:in|after)) [0-9.]+s", "$1 T")
        .replaceAll("\"elapsedMillis\":\\d+", "\"elapsedMillis\":0");
  }

  @Override
  public void close() {
    server.close();
  }
}
