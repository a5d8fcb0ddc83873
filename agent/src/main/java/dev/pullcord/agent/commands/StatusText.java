package dev.pullcord.agent.commands;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A node's status and its transcripts, as a person reads them. */
final class StatusText {
  private static final String INDENT = "      ";

  private StatusText() {}

  static String of(NodeStatus status, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        status.node()
            + "  "
            + status.state().wireName()
            + "  "
            + TerminalText.clean(status.reason())
            + "  ("
            + ago(status.since(), now)
            + ")");
    lines.add(row("follows", nothing(status.ref()) + " at " + brief(status.targetCommit())));
    lines.add(
        row(
            "runs",
            brief(status.appliedCommit())
                + (status.release() == null ? "" : "  release " + status.release())));
    PinStatus pin = status.pin();
    if (pin != null) {
      lines.add(
          row(
              "pinned",
              "to "
                  + pin.ref()
                  + " by "
                  + TerminalText.clean(pin.owner())
                  + " until "
                  + pin.expiresAt()
                  + ": "
                  + TerminalText.clean(pin.reason())));
    }
    DriftStatus drift = status.drift();
    if (drift != null) {
      lines.add(
          row(
              "drifted",
              TerminalText.clean(drift.reason()) + "  (" + ago(drift.since(), now) + ")"));
    }
    StageStatus stage = status.stage();
    if (stage != null) {
      lines.add(
          row(
              "next",
              stage.commit().abbreviated()
                  + "  "
                  + stage.state().wireName()
                  + ": "
                  + TerminalText.clean(stage.reason())
                  + "  ("
                  + ago(stage.since(), now)
                  + ")"));
    }
    status.workers().forEach((name, worker) -> worker(lines, name, worker, now));
    lines.add(row("server", server(status, now)));
    if (status.server() != null) {
      lines.addAll(contact(status.server()));
    }
    return SpokenTimes.of(String.join("\n", lines)).ages(now);
  }

  private static List<String> contact(NodeStatus.ServerContact contact) {
    List<String> lines = new ArrayList<>();
    if (contact.moved() != null) {
      lines.add(row("", "left the server before: " + TerminalText.clean(contact.moved())));
    }
    if (contact.problem() != null) {
      lines.add(row("", TerminalText.clean(contact.problem())));
    }
    return lines;
  }

  private static void worker(List<String> lines, String name, WorkerStatus worker, Instant now) {
    lines.add(row("worker", name + "  " + TerminalText.clean(worker.proof())));
    for (GenerationStatus generation : worker.generations()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-9s   generation %d  %s%s  %s  up %s%s",
              "",
              generation.number(),
              generation.pid() == 0 ? "" : "pid " + generation.pid() + "  ",
              generation.commit().abbreviated(),
              generation.phase().wireName(),
              Durations.human(Duration.between(generation.startedAt(), now)),
              generation.drain() == null ? "" : "  " + TerminalText.clean(generation.drain())));
    }
  }

  private static String server(NodeStatus status, Instant now) {
    NodeStatus.ServerContact server = status.server();
    if (server == null) {
      return "none; the branch is polled";
    }
    Instant last = server.lastContact();
    String contact =
        server.connected() ? "connected" : "cannot be reached, the last decision stands";
    String since = last == null ? "no answer yet" : "last answer " + ago(last, now);
    String waiting =
        status.spooledReports() == 0
            ? ""
            : ", waiting for it: " + Counted.of(status.spooledReports(), "report");
    return server.url() + "  " + contact + ", " + since + waiting;
  }

  static String log(List<StepRecord> steps) {
    List<String> lines = new ArrayList<>();
    long pass = -1;
    for (StepRecord step : steps) {
      if (step.pass() != pass) {
        pass = step.pass();
        lines.add("pass " + pass + "  " + step.commit().abbreviated() + "  " + step.startedAt());
      }
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-8s %-18s %7s  %s%s",
              word(step.kind()),
              word(step.outcome()),
              Durations.human(Duration.ofMillis(step.tookMillis())),
              TerminalText.clean(step.subject()),
              step.exitCode() == null ? "" : "  (exit " + step.exitCode() + ")"));
      step.output().lines().forEach(line -> lines.add(INDENT + TerminalText.clean(line)));
    }
    return lines.isEmpty() ? "no pass has done anything yet" : String.join("\n", lines);
  }

  static String row(String label, String text) {
    return String.format(Locale.ROOT, "  %-9s %s", label, text);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String brief(@Nullable CommitId commit) {
    return commit == null ? "nothing" : commit.abbreviated();
  }

  private static String nothing(@Nullable String text) {
    return text == null ? "nothing" : TerminalText.clean(text);
  }

  private static String ago(Instant then, Instant now) {
    return Durations.human(Duration.between(then, now)) + " ago";
  }
}
