package dev.pullcord.server.githost.gate;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.gate.GateView;
import dev.pullcord.server.gate.GateView.Canary;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.githost.push.output.PushOutput;
import dev.pullcord.server.githost.push.output.PushTerminal;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.GateTable.Gate;
import dev.pullcord.server.view.FleetReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.jspecify.annotations.Nullable;

/**
 * A push whose branch moves only if its canaries run the commit well. While they try it the push is
 * in the middle of git's own update: it may still be refused, and nothing of it is to be seen by
 * others.
 *
 * <p>It ends when all canaries are well, when one failed, when the time is up, when the branch has
 * moved by another push, and when the pusher or the server goes away. Only the first lets the
 * branch move.
 */
public final class GatedPush {
  private static final Duration PULSE = Duration.ofMillis(500);
  private static final Duration LAST_PULSE = Duration.ofMillis(50);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(30);
  private static final int STEPS = 20;
  private static final int OUTPUT_LINES_MAX = 15;

  private final RepositoryStore store;
  private final Gates gates;
  private final FleetReader fleet;
  private final PushTime time;
  private final PushTerminal terminal;
  private final Principal pusher;
  private final Map<NodeName, String> shown = new HashMap<>();
  private Duration lastLine = Duration.ZERO;
  private @Nullable Gate gate;
  private String outcome = "the push ended";

  /** Of that pusher. */
  public GatedPush(
      RepositoryStore store,
      Gates gates,
      FleetReader fleet,
      PushEnd end,
      PushTerminal terminal,
      Principal pusher) {
    this.store = store;
    this.gates = gates;
    this.fleet = fleet;
    this.time = new PushTime(fleet, end);
    this.terminal = terminal;
    this.pusher = pusher;
  }

  /**
   * Lets the canaries try it.
   *
   * @param alone whether nothing else is pushed with it
   * @return why the branch must not move, a code and a sentence; empty when it may
   */
  public Optional<String> tried(ReceiveCommand command, boolean alone, Duration timeout) {
    String ref = command.getRefName();
    if (!alone
        || !ref.startsWith(Constants.R_HEADS)
        || command.getType() == ReceiveCommand.Type.DELETE) {
      return Optional.of("PUSH_OPTION  -o gate is for one branch that moves; push it alone");
    }
    ObjectId old = command.getOldId();
    CommitId candidate = RepositoryStore.commitId(command.getNewId());
    try {
      return tried(
          new Gates.Asked(
              ref.substring(Constants.R_HEADS.length()),
              ObjectId.zeroId().equals(old) ? null : RepositoryStore.commitId(old),
              candidate,
              rollout(candidate)),
          timeout);
    } catch (Refusal no) {
      return Optional.of(no.code() + "  " + no.getMessage());
    }
  }

  private RolloutSpec rollout(CommitId commit) {
    return store.manifest(commit) instanceof ManifestResult.Valid(Manifest manifest)
        ? manifest.rollout()
        : RolloutSpec.ALL_AT_ONCE;
  }

  private Optional<String> tried(Gates.Asked asked, Duration timeout) {
    Gate opened = gates.open(asked, pusher);
    gate = opened;
    String on = names(opened.canaries());
    String brief = opened.candidate().abbreviated();
    say("gate: %s before %s moves to it: %s".formatted(brief, opened.ref(), on));
    say("  Ctrl-C ends the gate: %s stays where it is".formatted(opened.ref()));
    Optional<String> refused = watch(opened, timeout);
    outcome = refused.orElse("passed: " + on + " ran it well");
    if (refused.isPresent()) {
      close(false);
      back(opened);
    } else {
      String took = Durations.human(time.elapsed());
      say("gate passed: %s ran %s well after %s".formatted(on, brief, took));
    }
    return refused;
  }

  private Optional<String> watch(Gate open, Duration timeout) {
    while (true) {
      Optional<GateView> look = gates.look(open);
      if (look.isEmpty()) {
        return ended(open)
            .or(() ->
                Optional.of(
                    "REF_LOCK  %s was moved by another push meanwhile; fetch, and push again"
                        .formatted(open.ref())));
      }
      show(look.get());
      if (!look.get().failed().isEmpty()) {
        return Optional.of(failed(look.get().failed(), open));
      }
      if (look.get().passed()) {
        return isStillThere() ? ended(open) : Optional.of(gone());
      }
      if (look.get().canaries().isEmpty()) {
        return Optional.of(
            "GATE_NO_CANARY  no canary may try it: each is frozen, pinned or follows another ref");
      }
      if (time.stopping()) {
        return Optional.of("GATE_ENDED  " + time.why() + "; push again");
      }
      terminal.pulse();
      if (!terminal.open()) {
        return Optional.of(gone());
      }
      Duration left = timeout.minus(time.elapsed());
      if (!left.isPositive()) {
        return Optional.of(late(look.get(), timeout));
      }
      remind(look.get());
      time.await(left.compareTo(PULSE) < 0 ? left : PULSE);
    }
  }

  private Optional<String> ended(Gate open) {
    return gates
        .endedBy(open)
        .map("GATE_ENDED  %s ended the gate; ask them before you push again"::formatted);
  }

  private static String gone() {
    return "GATE_ENDED  the pusher is gone";
  }

  /** A peer that has just gone answers the first pulse with a reset, which the second one sees. */
  private boolean isStillThere() {
    terminal.pulse();
    time.pause(LAST_PULSE);
    terminal.pulse();
    return terminal.open() && !time.stopping();
  }

  private static String late(GateView look, Duration timeout) {
    return "GATE_TIMEOUT  not all canaries ran it well within %s: %s; -o timeout=10m waits longer"
        .formatted(
            Durations.format(timeout),
            look.canaries().stream()
                .filter(c -> c.standing() != GateView.Standing.WELL)
                .map(c -> c.name() + " (" + c.text() + ")")
                .collect(Collectors.joining(", ")));
  }

  private String failed(List<Canary> failed, Gate open) {
    failed.forEach(canary ->
        outputOf(canary.name(), open.candidate()).forEach(line -> say("          | " + line)));
    return "GATE_FAILED  "
        + failed.stream()
            .map(c -> "canary " + c.name() + " " + c.text())
            .collect(Collectors.joining("; "));
  }

  /** The last lines of what went wrong there. */
  private List<String> outputOf(NodeName node, CommitId candidate) {
    List<String> lines =
        fleet.lastSteps(node, STEPS).reversed().stream()
            .map(FleetReader.Done::step)
            .filter(step -> step.commit().equals(candidate))
            .filter(step ->
                step.outcome() == StepRecord.Outcome.RELEASE_FAULT
                    || step.outcome() == StepRecord.Outcome.ENVIRONMENT_FAULT)
            .filter(step -> !step.output().isBlank())
            .findFirst()
            .map(step -> step.output().stripTrailing().lines().toList())
            .orElse(List.of());
    return lines.subList(Math.max(0, lines.size() - OUTPUT_LINES_MAX), lines.size());
  }

  private void show(GateView look) {
    for (Canary canary : look.canaries()) {
      if (!canary.text().equals(shown.put(canary.name(), canary.text()))) {
        say(stamp() + canary.name() + "  " + canary.text());
      }
    }
  }

  private void remind(GateView look) {
    if (time.elapsed().minus(lastLine).compareTo(PushOutput.QUIET_MAX) >= 0) {
      String waits =
          look.canaries().stream()
              .filter(c -> c.standing() == GateView.Standing.UNDER_WAY)
              .map(c -> c.name() + " (" + c.text() + ")")
              .collect(Collectors.joining(", "));
      say(stamp() + "waiting for " + waits);
    }
  }

  /** Waits a while until the canaries are back, if anybody is there to be told. */
  private void back(Gate closed) {
    Duration until = time.elapsed().plus(BACK_WITHIN);
    while (terminal.open() && !time.stopping() && time.elapsed().compareTo(until) < 0) {
      if (gates.areBack(closed)) {
        say(
            "%s %s back: %s"
                .formatted(
                    names(closed.canaries()),
                    closed.canaries().size() == 1 ? "is" : "are",
                    closed.canaries().stream()
                        .flatMap(name -> fleet.node(name).stream())
                        .map(GatedPush::runs)
                        .distinct()
                        .collect(Collectors.joining(", "))));
        return;
      }
      terminal.pulse();
      time.await(PULSE);
    }
    say("its canaries were told to go back; see: pullcord nodes");
  }

  private static String runs(NodeView node) {
    CommitId applied = node.appliedCommit();
    return applied == null ? "nothing runs there" : "runs " + applied.abbreviated();
  }

  /** The push is over: the branch has moved to the candidate, or not. May be called again. */
  public void end(boolean moved) {
    try {
      close(moved);
    } finally {
      time.close();
    }
  }

  private void close(boolean moved) {
    Gate open = gate;
    gate = null;
    if (open != null && moved) {
      gates.passed(open, pusher, outcome);
    } else if (open != null) {
      gates.close(open, pusher, outcome);
    }
  }

  private String stamp() {
    return String.format(Locale.ROOT, "%6s  ", Durations.human(time.elapsed()));
  }

  private static String names(List<NodeName> names) {
    return names.stream().map(NodeName::value).collect(Collectors.joining(", "));
  }

  private void say(String line) {
    terminal.line(line);
    lastLine = time.elapsed();
  }
}
