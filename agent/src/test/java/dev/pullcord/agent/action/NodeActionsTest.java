package dev.pullcord.agent.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.rig.Rig;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.ActionReports.Have;
import dev.pullcord.protocol.action.ActionReports.Item;
import dev.pullcord.protocol.action.ActionReports.Outcome;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.channel.ServerEvent.ActionsWanted;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.action.ParameterSpec;
import dev.pullcord.protocol.manifest.action.ValuePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeActionsTest {
  @TempDir Path temp;
  private Rig rig;
  private NodeActions actions;
  private CommitId commit;
  private final Map<String, Item> items = new HashMap<>();

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(temp);
    rig.actions =
        Map.of(
            "say",
                shell(
                    "say",
                    "echo $$ >> \"$LEDGER/said\"; echo \"{word} $PULLCORD_NODE\"; exit {code}"),
            "sleep", shell("sleep", "echo begun; echo $$ >> \"$LEDGER/slept\"; sleep 1000"),
            "much", shell("much", "seq 1 400000"));
    commit = rig.first();
    rig.push(commit);
    begin();
  }

  @AfterEach
  void close() throws IOException {
    actions.close();
    rig.close();
  }

  private static ActionSpec shell(String name, String line) {
    ParameterSpec word = new ParameterSpec(ValuePattern.of("[a-z]*"), "hello");
    ParameterSpec code = new ParameterSpec(ValuePattern.of("[0-9]"), "0");
    return new ActionSpec(
        name, List.of("sh", "-c", line), Duration.ofMinutes(2), Map.of("word", word, "code", code));
  }

  private void begin() throws IOException {
    actions = new NodeActions(rig.home.resolve("actions"), HostClock.system(), new Masks());
    actions.begin(rig.agent().actions());
  }

  private ActionOrder order(String key, String action, Map<String, String> parameters) {
    return new ActionOrder(key, action, commit, parameters, 60_000, null);
  }

  private ActionOrder cancelled(String key, String action) {
    return new ActionOrder(key, action, commit, Map.of(), 0, "ann");
  }

  private void want(ActionOrder... orders) {
    actions.accept(new ActionsWanted(List.of(orders)));
  }

  /** As a server takes it, to the end. */
  private Item end(String key) {
    rig.await(() -> {
      for (Item item : actions.due(ActionReports.PIECE_MAX)) {
        String before = items.containsKey(item.key()) ? items.get(item.key()).text() : "";
        items.put(
            item.key(),
            new Item(
                item.key(), item.state(), item.outcome(), 0, before + item.text(), item.kept()));
        long has = item.from() + item.text().length();
        actions.told(List.of(new Have(item.key(), has, item.state().ended())));
      }
      return items.containsKey(key) && items.get(key).state().ended();
    });
    return Objects.requireNonNull(items.remove(key));
  }

  private static Outcome outcome(Item item) {
    return Objects.requireNonNull(item.outcome());
  }

  @Test
  void runsWhatTheManifestDeclaresAndSaysHowItEnded() {
    want(order("1-a", "say", Map.of("word", "there", "code", "3")));

    Item end = end("1-a");

    assertThat(end.state()).isEqualTo(RunState.FAILED);
    assertThat(end.text()).isEqualTo("there sea-01\n");
    assertThat(outcome(end).exitCode()).isEqualTo(3);
    assertThat(outcome(end).reason()).isEqualTo("exited 3");
  }

  @Test
  void aTimeToStartThatIsLongerThanAnyIsNoError() {
    want(new ActionOrder("1-a", "say", commit, Map.of(), Long.MAX_VALUE, null));

    assertThat(end("1-a").state()).isEqualTo(RunState.DONE);
  }

  @Test
  void anOrderThatComesAgainIsNotRunAgain() throws IOException {
    ActionOrder order = order("1-a", "say", Map.of());
    want(order, order);
    want(order);
    assertThat(end("1-a").state()).isEqualTo(RunState.DONE);
    want(order);
    assertThat(end("1-a").state()).isEqualTo(RunState.DONE);
    actions.close();
    rig.end();
    begin();
    want(order);

    assertThat(end("1-a").state()).isEqualTo(RunState.DONE);
    assertThat(rig.lines("said")).hasSize(1);
  }

  @Test
  void whatAKillFellIntoIsUnknownAndNeverBegunAgain() throws IOException {
    ActionOrder order = order("1-a", "sleep", Map.of());
    want(order);
    rig.await(() -> Files.exists(rig.ledger.resolve("slept")));
    Path claim = rig.home.resolve("actions/1-a.json");
    byte[] claimed = Files.readAllBytes(claim);
    actions.close();
    rig.end();
    Files.write(claim, claimed); // as a kill -9 leaves it
    begin();
    want(order);

    Item end = end("1-a");

    assertThat(end.state()).isEqualTo(RunState.UNKNOWN);
    assertThat(outcome(end).reason()).startsWith("the agent was killed");
    assertThat(rig.lines("slept")).hasSize(1);
  }

  @Test
  void anActionWhoseRunnerDiedMayHaveRunSoThatItsEndIsUnknown() {
    CommandResult lost = CommandResult.unknown("the runner gave no answer", 1);

    assertThat(ActionExecution.state(lost)).isEqualTo(RunState.UNKNOWN);
  }

  @Test
  void anAgentThatIsStoppedKillsItAndSaysSo() throws IOException {
    want(order("1-a", "sleep", Map.of()));
    rig.await(() -> Files.exists(rig.ledger.resolve("slept")));
    actions.close();
    rig.end();
    begin();

    Item end = end("1-a");

    assertThat(end.state()).isEqualTo(RunState.FAILED);
    assertThat(outcome(end).reason()).isEqualTo("the agent was stopped, and killed it");
    assertThat(end.text()).isEqualTo("begun\n");
  }

  @Test
  void whatSomebodyCancelsIsKilledAndSaysByWhom() {
    want(order("1-a", "sleep", Map.of()));
    rig.await(() -> Files.exists(rig.ledger.resolve("slept")));
    want(cancelled("1-a", "sleep"));
    want(cancelled("1-a", "sleep"));

    Item end = end("1-a");

    assertThat(end.state()).isEqualTo(RunState.FAILED);
    assertThat(outcome(end).reason()).isEqualTo("ann cancelled the run, and the node killed it");
    assertThat(end.text()).isEqualTo("begun\n");
  }

  @Test
  void whatWasCancelledBeforeItWasHeardOfIsNeverBegun() throws IOException {
    want(cancelled("1-a", "say"));

    Item end = end("1-a");
    want(order("1-a", "say", Map.of())); // of a server that has forgotten it

    assertThat(end.state()).isEqualTo(RunState.REFUSED);
    assertThat(outcome(end).reason()).isEqualTo("not begun: ann cancelled the run");
    assertThat(end("1-a").state()).isEqualTo(RunState.REFUSED);
    assertThat(rig.lines("said")).isEmpty();
  }

  @Test
  void whatWaitedBehindOthersUntilItsTimeWasOverIsAnsweredAndNotRun() throws IOException {
    want(
        order("1-a", "sleep", Map.of()),
        order("2-a", "sleep", Map.of()),
        order("3-a", "sleep", Map.of()),
        order("4-a", "sleep", Map.of()),
        new ActionOrder("5-a", "say", commit, Map.of(), 1, null));

    Item end = end("5-a");

    assertThat(end.state()).isEqualTo(RunState.REFUSED);
    assertThat(outcome(end).reason())
        .isEqualTo("not begun: its time was over, for 4 other actions ran on the node");
    assertThat(rig.lines("said")).isEmpty();
  }

  @Test
  void aNodeWithAnotherCommitRefuses() {
    commit = rig.source.commit(rig.manifest(), Map.of("README", "another\n"));
    want(order("1-a", "say", Map.of()));

    Item end = end("1-a");

    assertThat(end.state()).isEqualTo(RunState.REFUSED);
    assertThat(outcome(end).reason())
        .contains(", and the action was asked for of " + commit.abbreviated());
  }

  @Test
  void aCommitThatTouchedNoBundleHasItsActionsInTheReleaseOfTheOneBefore() {
    CommitId before = commit;
    commit = rig.commit("README", "another\n");
    rig.push(commit);
    want(order("1-a", "say", Map.of()));
    assertThat(end("1-a").state()).isEqualTo(RunState.DONE);
    commit = before;
    want(order("2-a", "say", Map.of()));

    assertThat(end("2-a").state()).isEqualTo(RunState.REFUSED);
  }

  @Test
  void refusesWhatTheNodesOwnerDoesNotAllowAndWhatNobodyDeclared() throws IOException {
    want(order("1-a", "stop", Map.of()), order("2-a", "say", Map.of("word", "UPPER")));
    assertThat(outcome(end("1-a")).reason()).endsWith(", which this node runs, has no action stop");
    assertThat(outcome(end("2-a")).reason()).startsWith("word=");
    actions.close();
    rig.end();
    rig.allowed = new AllowedWork(List.of(), List.of(), List.of("sleep"), List.of());
    begin();
    want(order("3-a", "say", Map.of()));

    assertThat(outcome(end("3-a")).reason())
        .isEqualTo("agent.yaml does not allow action say; it has actions: [sleep]");
    assertThat(rig.lines("said")).isEmpty();
  }

  @Test
  void ofMuchOutputTheEndIsKept() {
    want(order("1-a", "much", Map.of()));

    Item end = end("1-a");

    assertThat(end.state()).isEqualTo(RunState.DONE);
    assertThat(end.kept()).isGreaterThan(1_000_000);
    assertThat(end.text()).endsWith("\n399999\n400000\n");
  }
}
