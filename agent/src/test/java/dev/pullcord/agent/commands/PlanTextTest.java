package dev.pullcord.agent.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.plan.Outlook;
import dev.pullcord.agent.plan.Outlook.Touched;
import dev.pullcord.agent.plan.Outlook.Verdict;
import dev.pullcord.protocol.api.PlanView.Action;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanTextTest {
  private static final CommitId COMMIT = new CommitId("3f2a91c0d1".repeat(4));
  private static final NodeName NODE = new NodeName("edge-1");

  private static String without(Verdict verdict, String reason) {
    return PlanText.of(NODE, Outlook.without(COMMIT, "main", verdict, reason));
  }

  @Test
  void showsWhatWouldBeDoneInTheOrderOfTheSteps() {
    Map<String, Touched> workers = new LinkedHashMap<>();
    workers.put("beat", new Touched(Action.START, List.of()));
    workers.put("grep", new Touched(Action.HAND_OVER, List.of(3L)));
    Outlook plan =
        new Outlook(
            COMMIT,
            "main",
            Verdict.APPLIED,
            "",
            List.of("task-code"),
            workers,
            List.of("bin/index"),
            List.of("bin/check \u001b[2J"),
            List.of("stage the release", "prepare and check it"));

    assertThat(PlanText.of(NODE, plan))
        .isEqualTo(
            """
            edge-1  would go to 3f2a91c: hand over grep; start beat
              changes   task-code
              worker    beat  start
              worker    grep  hand over: generation 3 finishes its work and ends
              prepare   bin/index
              check     bin/check \\u001b[2J
              steps     1. stage the release
                        2. prepare and check it
            nothing was changed\
            """);
  }

  @Test
  void saysWhyNothingWouldBeDone() {
    assertThat(without(Verdict.NOTHING, ""))
        .startsWith("edge-1  would do nothing: it runs 3f2a91c");
    assertThat(without(Verdict.NOTED, "")).contains("would note 3f2a91c");
    assertThat(without(Verdict.LEFT_ALONE, "check exited 1"))
        .contains("would leave 3f2a91c alone: check exited 1; pullcord-agent retry");
    assertThat(without(Verdict.BLOCKED, "no such file")).contains("could not go to 3f2a91c: no");
  }
}
