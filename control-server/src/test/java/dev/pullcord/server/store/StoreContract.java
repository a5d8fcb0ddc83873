package dev.pullcord.server.store;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.server.Said;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.RollbackTable.StoredRollback;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store has to do. */
public abstract class StoreContract {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00.123Z");

  private Store store;

  /** Opens the same store each time it is called within a test. */
  protected abstract Store open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = open();
  }

  @Test
  void keepsRefsAndPacksInPieces() {
    RepositoryTable.KeptRef main = new RepositoryTable.KeptRef("refs/heads/main", "1", "ann");
    RepositoryTable.KeptPack pack = new RepositoryTable.KeptPack("pack-1", 3, 1);
    byte[] piece = {0, -1, 7};
    store.write(tables -> {
      RepositoryTable table = tables.repository();
      table.begin("fleet");
      table.putRef(main);
      table.putRef(new RepositoryTable.KeptRef("refs/heads/b", "1", "bob"));
      table.putRef(new RepositoryTable.KeptRef("refs/heads/b", "2", "bob"));
      table.removeRef("refs/heads/none");
      table.beginPack("pack-1");
      table.putChunk("pack-1", RepositoryTable.Part.PACK, 0, piece);
      table.putPack(pack);
      table.putPack(pack);
      table.putChunk("pack-2", RepositoryTable.Part.PACK, 0, piece);
      return null;
    });
    reopen();
    assertThat(one(t -> t.repository().name())).contains("fleet");
    assertThat(list(t -> t.repository().refs()))
        .containsExactly(new RepositoryTable.KeptRef("refs/heads/b", "2", "bob"), main);
    assertThat(one(t -> t.repository().ref("refs/heads/main"))).contains(main);
    assertThat(list(t -> t.repository().packs())).containsExactly(pack);
    assertThat(one(t -> t.repository().chunk("pack-1", RepositoryTable.Part.PACK, 0)))
        .contains(piece);
    store.write(tables -> {
      tables.repository().removePacks(List.of());
      return null;
    });
    assertThat(one(t -> t.repository().chunk("pack-2", RepositoryTable.Part.PACK, 0))).isEmpty();
    store.write(tables -> {
      tables.repository().removePacks(List.of("pack-1"));
      tables.repository().removeRef("refs/heads/b");
      return null;
    });
    assertThat(list(t -> t.repository().packs())).isEmpty();
    assertThat(one(t -> t.repository().chunk("pack-1", RepositoryTable.Part.PACK, 0))).isEmpty();
    assertThat(list(t -> t.repository().refs())).containsExactly(main);
  }

  @Test
  void keepsTheNewestOfARollout() {
    RolloutTable.StoredRollout began =
        new RolloutTable.StoredRollout(1, "main", commit(2), commit(1), "{\"n\":1}");
    RolloutTable.StoredRollout further =
        new RolloutTable.StoredRollout(1, "main", commit(2), commit(1), "{\"n\":2}");
    store.write(tables -> {
      tables.deployments().create(head("main", 2, commit(1)), T);
      tables.rollouts().put(began);
      tables.rollouts().put(further);
      return null;
    });
    reopen();
    assertThat(one(t -> t.rollouts().find(1))).contains(further);
    assertThat(one(t -> t.rollouts().find(2))).isEmpty();
  }

  @Test
  void aStoryThatWasToldIsKeptUntilItIsClosed() {
    AlertTable.Key key = new AlertTable.Key("ops", "node-failed", "a");
    AlertTable.Story told = new AlertTable.Story(key, "exited 1", T, null);
    AlertTable.Story cleared = new AlertTable.Story(key, "exited 1", T, T.plusSeconds(9));
    store.write(tables -> {
      tables.alerts().put(told);
      tables.alerts().put(cleared);
      tables.alerts().since("ops", T);
      return null;
    });
    reopen();
    List<AlertTable.Story> kept = store.read(t -> t.alerts().stories());
    assertThat(kept).containsExactly(cleared);
    Instant since = store.write(t -> t.alerts().since("ops", T.plusSeconds(60)));
    assertThat(since).isEqualTo(T);
    store.write(tables -> {
      tables.alerts().remove(key);
      return null;
    });
    kept = store.read(t -> t.alerts().stories());
    assertThat(kept).isEmpty();
  }

  @Test
  void aMessageWaitsInOrderUntilItIsDeliveredAndOfASlotOnlyTheNewest() {
    OutboxTable.Trial first =
        new OutboxTable.Trial(OutboxTable.State.WAITING, 0, T, T.plusSeconds(60), "", null);
    OutboxTable.Trial done =
        new OutboxTable.Trial(OutboxTable.State.DELIVERED, 1, T, T.plusSeconds(60), "", T);
    store.write(tables -> {
      for (String id : List.of("s1", "plain", "s2")) {
        String slot = id.startsWith("s") ? "slot" : null;
        tables
            .outbox()
            .add(new OutboxTable.NewMessage(id, "ops", "test", slot, "t", "{}", T), first);
      }
      return null;
    });
    reopen();
    OutboxTable.OutboxMessage head = one(t -> t.outbox().head("ops")).orElseThrow();
    assertThat(head.message().messageId()).isEqualTo("plain");
    Map<String, Integer> waiting = store.read(t -> t.outbox().waiting());
    assertThat(waiting).isEqualTo(Map.of("ops", 2));
    store.write(tables -> {
      tables.outbox().tried(head.id(), done);
      return null;
    });
    assertThat(one(t -> t.outbox().find(head.id())).orElseThrow().trial()).isEqualTo(done);
    assertThat(one(t -> t.outbox().head("ops")).orElseThrow().message().messageId())
        .isEqualTo("s2");
    List<OutboxTable.OutboxMessage> slots = store.read(t -> t.outbox().newestOfSlots("ops"));
    assertThat(slots).hasSize(1);
  }

  @Test
  void ofEndedMessagesTheNewestAreKeptAndThatOfEachSlotUntilItsSlotIsForgotten() {
    OutboxTable.Trial done =
        new OutboxTable.Trial(OutboxTable.State.DELIVERED, 1, T, T.plusSeconds(60), "", T);
    store.write(tables -> {
      OutboxTable outbox = tables.outbox();
      for (String id : List.of("a1", "a2", "b1", "plain")) {
        String slot = id.equals("plain") ? null : id.substring(0, 1);
        outbox.add(new OutboxTable.NewMessage(id, "ops", "test", slot, "t", "{}", T), done);
      }
      for (int i = 0; i < OutboxTable.ENDED_KEPT; i++) {
        outbox.add(new OutboxTable.NewMessage("n" + i, "ops", "test", null, "t", "{}", T), done);
      }
      outbox.forgetEnded();
      return null;
    });
    assertThat(oldest()).containsExactly("a2", "b1", "n0");

    store.write(tables -> {
      tables.outbox().forgetSlots("other", List.of("a", "b"));
      tables.outbox().forgetSlots("ops", List.of("a"));
      return null;
    });

    assertThat(oldest()).containsExactly("b1", "n0", "n1");
  }

  private List<String> oldest() {
    return store.read(t ->
        t.outbox().newest(1_000).reversed().stream()
            .limit(3)
            .map(m -> m.message().messageId())
            .toList());
  }

  @Test
  void aGateIsKeptUntilItIsClosed() {
    GateTable.Gate gate =
        new GateTable.Gate(
            "main",
            commit(1),
            commit(2),
            "ann",
            T,
            List.of(new NodeName("b"), new NodeName("a.sea")));
    GateTable.Gate ofNewBranch =
        new GateTable.Gate("new", null, commit(3), "ann", T, List.of(new NodeName("b")));
    store.write(tables -> {
      tables.gates().open(ofNewBranch);
      tables.gates().open(gate);
      return null;
    });
    reopen();
    assertThat(list(t -> t.gates().all())).containsExactly(gate, ofNewBranch);
    assertThat(gate.canaries()).containsExactly(new NodeName("a.sea"), new NodeName("b"));
    store.write(tables -> {
      tables.gates().close("main");
      return null;
    });
    assertThat(one(t -> t.gates().find("main"))).isEmpty();
    assertThat(one(t -> t.gates().find("new"))).contains(ofNewBranch);
  }

  @Test
  void aRolloutLivesUntilItsDeploymentIsSuperseded() {
    RolloutTable.StoredRollout first =
        new RolloutTable.StoredRollout(1, "main", commit(1), null, "{}");
    RolloutTable.StoredRollout other =
        new RolloutTable.StoredRollout(2, "next", commit(5), null, "{}");
    store.write(tables -> {
      tables.deployments().create(head("main", 1, null), T);
      tables.deployments().create(head("next", 5, null), T);
      tables.rollouts().put(other);
      tables.rollouts().put(first);
      return null;
    });
    assertThat(list(t -> t.rollouts().live())).containsExactly(first, other);
    store.write(tables -> tables.deployments().create(head("main", 2, commit(1)), T));
    assertThat(list(t -> t.rollouts().live())).containsExactly(other);
  }

  private static StoredNode node(long id, String name) {
    return StoredNode.joining(
        id,
        new NodeName(name),
        new NodeKeyId(String.format("%064x", id)),
        new StoredNode.Joined("token", T),
        Map.of("role", "grep"),
        "main");
  }

  private static RefTable.BranchHead head(String ref, int n, @Nullable CommitId before) {
    return new RefTable.BranchHead(ref, commit(n), before, "subject", "Ada", "ada");
  }

  private static DesiredState decision(long revision) {
    return new DesiredState(
        revision,
        new NodeName("a"),
        "fleet",
        "main",
        commit(1),
        1L,
        null,
        0,
        T,
        Map.of(),
        Orders.NONE);
  }

  private static ReportTable.Latest latest(long node, long epoch, long n) {
    NodeReport report = Said.on(decision(1)).number(epoch, n).next();
    return new ReportTable.Latest(node, report.number(), T, 1, report.status());
  }

  private void insert(StoredNode... nodes) {
    store.write(tables -> {
      for (StoredNode node : nodes) {
        tables.nodes().insert(node);
      }
      return 0;
    });
  }

  private <T> List<T> list(Store.Task<List<T>> task) {
    return store.read(task);
  }

  private <T> Optional<T> one(Store.Task<Optional<T>> task) {
    return store.read(task);
  }

  private <K, V> Map<K, V> map(Store.Task<Map<K, V>> task) {
    return store.read(task);
  }

  @Test
  void taskThatThrowsLeavesNothingAndHarmsNoOther() {
    List<CompletableFuture<Long>> all = new ArrayList<>();
    for (int i = 1; i <= 30; i++) {
      int n = i;
      all.add(
          store.submit(tables -> {
            tables.nodes().insert(node(n, "n" + n));
            if (n % 3 == 0) {
              throw new IllegalStateException("planted " + n);
            }
            return tables.revisions().next();
          }));
    }
    for (int i = 1; i <= 30; i++) {
      CompletableFuture<Long> done = all.get(i - 1);
      if (i % 3 == 0) {
        assertThatThrownBy(done::join).hasRootCauseMessage("planted " + i);
      } else {
        done.join();
      }
    }
    assertThat(list(t -> t.nodes().all())).hasSize(20);
    assertThat(store.<Long>read(t -> t.revisions().newest())).isEqualTo(20);
  }

  @Test
  void writeThrowsWhatItsTaskThrew() {
    assertThatThrownBy(() ->
            store.write(_ -> {
              throw new IllegalArgumentException("planted");
            }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("planted");
  }

  @Test
  void writesSeeThoseBeforeThemAndActionsFollowInTheOrderOfTheCommits() {
    List<Long> order = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Integer>> all =
        IntStream.range(0, 1500)
            .mapToObj(i ->
                store.submit(tables -> {
                  long next = tables.revisions().next();
                  tables.afterCommit(() -> order.add(next));
                  return i;
                }))
            .toList();
    all.forEach(CompletableFuture::join);
    assertThat(order).hasSize(1500).isSorted();
  }

  @Test
  void actionAfterTheCommitFindsWhatWasWrittenAndPrecedesTheAcknowledgement() {
    List<Integer> found = new ArrayList<>();
    store.write(tables -> {
      tables.nodes().insert(node(1, "a"));
      tables.afterCommit(() -> found.add(store.read(t -> t.nodes().all()).size()));
      return 0;
    });
    assertThat(found).containsExactly(1);
  }

  @Test
  void actionOfATaskThatThrowsIsNotRun() {
    List<Integer> ran = new ArrayList<>();
    assertThatThrownBy(() ->
        store.write(tables -> {
          tables.afterCommit(() -> ran.add(1));
          throw new IllegalStateException("planted");
        }));
    assertThat(ran).isEmpty();
  }

  @Test
  void closedStoreRefusesWrites() {
    store.close();
    assertThatThrownBy(() -> store.write(_ -> 0))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo("DB_CLOSED"));
    store = open();
  }

  @Test
  void nodeIsReadBackAsItWasWritten() {
    insert(node(7, "a"));
    store.write(tables -> {
      tables.nodes().decide(Map.of(7L, decision(3)));
      tables.nodes().retry(7, 3);
      tables.nodes().seen(7, T, new NodeTable.Standing(NodeState.FAILED, T));
      return tables.nodes().startEpoch(7, "1.0", "boot", T);
    });
    reopen();

    StoredNode row = store.read(t -> t.nodes().findByName(new NodeName("a"))).orElseThrow();

    assertThat(row.decision()).isEqualTo(decision(3));
    assertThat(row.settings().retry()).isEqualTo(1);
    assertThat(row.settings().retryRevision()).isEqualTo(3);
    assertThat(row.agent().epoch()).isEqualTo(1);
    assertThat(row.agent().version()).isEqualTo("1.0");
    assertThat(row.agent().lastSeen()).isEqualTo(T);
    assertThat(row.standing()).isEqualTo(new NodeTable.Standing(NodeState.FAILED, T));
    assertThat(row.settings().labels()).containsEntry("role", "grep");
    assertThat(one(t -> t.nodes().findByKey(row.key()))).contains(row);
    assertThat(one(t -> t.nodes().find(7))).contains(row);
  }

  @Test
  void nameAndKeyAreUniqueAmongThoseThatAreThere() {
    insert(node(1, "a"));
    assertThatThrownBy(() -> insert(node(2, "a"))).isInstanceOf(RuntimeException.class);
    StoredNode sameKey =
        StoredNode.joining(
            3,
            new NodeName("c"),
            node(1, "a").key(),
            new StoredNode.Joined("token", T),
            Map.of(),
            "main");
    assertThatThrownBy(() -> insert(sameKey)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void idOfARemovedNodeIsNeverGivenAgain() {
    insert(node(1, "a"));
    store.write(tables -> {
      tables.nodes().remove(1, new NodeTable.Removal("ada", T));
      return 0;
    });
    assertThat(list(t -> t.nodes().all())).isEmpty();
    Map<NodeKeyId, NodeTable.Removal> removed = store.read(t -> t.nodes().removedKeys());
    assertThat(removed).isEqualTo(Map.of(node(1, "a").key(), new NodeTable.Removal("ada", T)));
    assertThatThrownBy(() -> insert(node(1, "b"))).isInstanceOf(RuntimeException.class);
    insert(node(2, "a"));
    assertThat(one(t -> t.nodes().findByName(new NodeName("a"))).orElseThrow().id()).isEqualTo(2);
  }

  @Test
  void suspensionIsReadBackAndTakenAway() {
    insert(node(1, "a"));
    Suspension made = new Suspension("ada", "'new'\ndisk", T, T.plusSeconds(9));
    store.write(tables -> {
      tables.nodes().suspend(1, made);
      return 0;
    });
    assertThat(one(t -> t.nodes().find(1)).orElseThrow().settings().suspension()).isEqualTo(made);
    store.write(tables -> {
      tables.nodes().suspend(1, null);
      return 0;
    });
    assertThat(one(t -> t.nodes().find(1)).orElseThrow().settings().suspension()).isNull();
  }

  @Test
  void aRunIsReadBackWithItsPartsAndEnds() {
    RunView.Terms terms = new RunView.Terms("50%", 1, 2, T.plusSeconds(300));
    RunTable.StoredRun asked =
        new RunTable.StoredRun(0, "clear", Map.of("days", "7"), "ada", T, null, terms, null);
    NodeName a = new NodeName("a");
    RunTable.PartOrder order = new RunTable.PartOrder("k1", commit(1), Duration.ofSeconds(9));
    RunTable.NodePart part =
        new RunTable.NodePart(1, 7, a, order, null, RunTable.Standing.WAITING, "", 0);
    store.write(tables -> {
      assertThat(tables.runs().add(asked).id()).isEqualTo(1);
      tables.runs().add(part);
      tables.runs().release(1, List.of(a), T);
      return null;
    });
    reopen();
    assertThat(list(t -> t.runs().open()))
        .containsExactly(
            new RunTable.StoredRun(1, "clear", Map.of("days", "7"), "ada", T, null, terms, null));
    RunTable.NodePart released = one(t -> t.runs().byKey("k1")).orElseThrow();
    assertThat(released.releasedAt()).isEqualTo(T);
    RunTable.Standing failed =
        new RunTable.Standing(RunState.FAILED, T.plusSeconds(1), 2, 1200L, "exited 2", false);
    RunTable.NodePart ended = released.with(failed, "out\n", 5);
    store.write(tables -> {
      tables.runs().put(ended);
      tables.runs().cancel(1, "ben");
      tables.runs().cancel(1, "ada");
      tables.runs().end(1, T.plusSeconds(2));
      return null;
    });
    assertThat(one(t -> t.runs().find(1)).orElseThrow().cancelledBy()).isEqualTo("ben");
    assertThat(list(t -> t.runs().parts(1, true))).containsExactly(ended);
    assertThat(list(t -> t.runs().parts(1, false))).containsExactly(ended.with(failed, "", 5));
    assertThat(list(t -> t.runs().open())).isEmpty();
    assertThat(one(t -> t.runs().find(1)).orElseThrow().endedAt()).isEqualTo(T.plusSeconds(2));
  }

  @Test
  void theOldestRunsGoWhenThereAreTooManyOrTheyHaveTooMuchOutput() {
    RunView.Terms terms = new RunView.Terms(null, 1, null, T);
    store.write(tables -> {
      for (int i = 1; i <= 4; i++) {
        RunTable.StoredRun run =
            new RunTable.StoredRun(0, "a", Map.of(), "ada", T, i == 1 ? null : T, terms, null);
        long id = tables.runs().add(run).id();
        RunTable.PartOrder order = new RunTable.PartOrder("k" + i, null, Duration.ZERO);
        RunTable.Standing done = RunTable.Standing.ended(RunState.DONE, T, "", false);
        tables
            .runs()
            .add(
                new RunTable.NodePart(id, 7, new NodeName("a"), order, T, done, "x".repeat(10), 0));
      }
      tables.runs().keep(3, 1000);
      return null;
    });
    assertThat(runIds()).containsExactly(4L, 3L, 2L, 1L); // the first has not ended
    assertThat(one(t -> Optional.of(t.runs().counts(List.of(2L, 4L, 99L)))))
        .contains(Map.of(2L, Map.of(RunState.DONE, 1), 4L, Map.of(RunState.DONE, 1)));
    store.write(tables -> {
      tables.runs().keep(10, 25);
      return null;
    });
    assertThat(runIds()).containsExactly(4L, 3L, 1L);
    assertThat(one(t -> t.runs().byKey("k2"))).isEmpty();
  }

  private List<Long> runIds() {
    return list(
        t -> t.runs().page(Long.MAX_VALUE, 10).stream().map(RunTable.StoredRun::id).toList());
  }

  @Test
  void freezeReplacesTheFreezeOfItsBranchAndSelector() {
    Window office = new Window("mon-fri 08:00-18:00", "Europe/Berlin");
    StoredFreeze first = new StoredFreeze("", "", "ada", "why", T, T.plusSeconds(9), null);
    StoredFreeze second = new StoredFreeze("", "", "bob", "'x'", T, T.plusSeconds(8), office);
    StoredFreeze other = new StoredFreeze("main", "a=b", "bob", "y", T, T.plusSeconds(8), null);
    store.write(tables -> {
      tables.freezes().put(first);
      tables.freezes().put(other);
      tables.freezes().put(second);
      return 0;
    });
    assertThat(list(t -> t.freezes().all())).containsExactly(second, other);
    store.write(tables -> {
      tables.freezes().remove("", "");
      tables.freezes().remove("main", "");
      return 0;
    });
    assertThat(list(t -> t.freezes().all())).containsExactly(other);
  }

  @Test
  void rollbackReplacesTheRollbackOfItsBranch() {
    StoredRollback first =
        new StoredRollback("main", commit(1), commit(3), "s", "a", "ada", "why", T, null);
    StoredRollback second =
        new StoredRollback("main", commit(2), commit(3), "s", "a", "bob", "y", T, T.plusSeconds(9));
    store.write(tables -> {
      tables.rollbacks().put(first);
      tables.rollbacks().put(second);
      return 0;
    });
    assertThat(list(t -> t.rollbacks().all())).containsExactly(second);
    assertThat(one(t -> t.rollbacks().find("main"))).contains(second);
    store.write(tables -> {
      tables.rollbacks().remove("main");
      return 0;
    });
    assertThat(one(t -> t.rollbacks().find("main"))).isEmpty();
  }

  @Test
  void headKeepsItsWindowsAndADeploymentWhyItGoesBack() {
    Window office = new Window("mon-fri 08:00-18:00", "Europe/Berlin");
    RefTable.BranchHead head = head("main", 2, commit(1)).with(List.of(office, office));
    RefTable.BranchHead back =
        new StoredRollback("main", commit(1), commit(2), "s", "a", "ada", "lost", T, null)
            .head(head("main", 2, commit(1)));
    store.write(tables -> {
      tables.refs().put(head, T);
      tables.deployments().create(back, T);
      return 0;
    });
    assertThat(list(t -> t.refs().all())).containsExactly(head);
    assertThat(one(t -> t.deployments().newest("main")).orElseThrow().head()).isEqualTo(back);
  }

  @Test
  void mirrorIsReadBackRefByRefAndADeliveryIsKeptOnce() {
    MirrorTable.Look look = new MirrorTable.Look("refused", "WHY  so", null, T, "main");
    CommitId commit = new CommitId("c".repeat(40));
    MirrorTable.MirroredRef main =
        new MirrorTable.MirroredRef(
            "refs/heads/main", commit, MirrorTable.Standing.REWRITTEN, "it's", commit, T);
    MirrorTable.MirroredRef gone =
        new MirrorTable.MirroredRef(
            "refs/heads/gone", null, MirrorTable.Standing.DELETED, "", null, T);
    MirrorTable.Delivery old = new MirrorTable.Delivery("github a", T, "fetched", "push");
    MirrorTable.Delivery young =
        new MirrorTable.Delivery("github b", T.plusSeconds(1), "ignored", "ping");
    store.write(tables -> {
      tables.mirror().look(new MirrorTable.Look("ok", "", T, null, null));
      tables.mirror().look(look);
      tables.mirror().put(gone);
      tables.mirror().put(main);
      assertThat(tables.mirror().add(old)).isTrue();
      assertThat(tables.mirror().add(young)).isTrue();
      assertThat(tables.mirror().add(old)).isFalse();
      return 0;
    });
    Optional<MirrorTable.Look> looked = one(t -> t.mirror().look());
    List<MirrorTable.MirroredRef> refs = store.read(t -> t.mirror().refs());
    List<MirrorTable.Delivery> deliveries = store.read(t -> t.mirror().deliveries(9));
    assertThat(looked).contains(look);
    assertThat(refs).containsExactly(gone, main);
    assertThat(deliveries).containsExactly(young, old);
    boolean known = store.read(t -> t.mirror().knows(old.id(), old.at()));
    boolean late = store.read(t -> t.mirror().knows(old.id(), old.at().plusMillis(1)));
    boolean other = store.read(t -> t.mirror().knows("other", old.at()));
    assertThat(List.of(known, late, other)).containsExactly(true, false, false);
    store.write(tables -> {
      tables.mirror().remove("refs/heads/gone");
      tables.mirror().forgetDeliveries(T.plusSeconds(1));
      return 0;
    });
    List<MirrorTable.MirroredRef> kept = store.read(t -> t.mirror().refs());
    List<MirrorTable.Delivery> left = store.read(t -> t.mirror().deliveries(9));
    assertThat(kept).extracting(MirrorTable.MirroredRef::ref).doesNotContain("refs/heads/gone");
    assertThat(left).containsExactly(young);
  }

  @Test
  void pinReplacesPinAndIsReadBack() {
    insert(node(1, "a"));
    PinTable.StoredPin first =
        new PinTable.StoredPin(1, "v1", false, commit(1), "ada", "why", T, T.plusSeconds(9));
    PinTable.StoredPin second =
        new PinTable.StoredPin(1, "dev", true, commit(2), "bob", "'x'\n", T, T, true);
    store.write(tables -> {
      tables.pins().put(first);
      tables.pins().put(second);
      return 0;
    });
    assertThat(list(t -> t.pins().all())).containsExactly(second);
    assertThat(one(t -> t.pins().find(1))).contains(second);
    store.write(tables -> {
      tables.pins().remove(1);
      return 0;
    });
    assertThat(one(t -> t.pins().find(1))).isEmpty();
  }

  @Test
  void nodeIsOnTheBranchThatItFollowsUnlessItsPinSaysOtherwise() {
    insert(node(1, "a"));
    assertThat(branchesWithNodes()).containsExactly("main");

    pin(new PinTable.StoredPin(1, "dev", true, commit(2), "bob", "why", T, T));
    assertThat(branchesWithNodes()).containsExactly("dev");

    pin(new PinTable.StoredPin(1, "dev", false, commit(2), "bob", "why", T, T));
    assertThat(branchesWithNodes()).isEmpty();

    store.write(tables -> {
      tables.pins().remove(1);
      tables.nodes().remove(1, new NodeTable.Removal("ada", T));
      return 0;
    });
    assertThat(branchesWithNodes()).isEmpty();
  }

  private void pin(PinTable.StoredPin pin) {
    store.write(tables -> {
      tables.pins().put(pin);
      return 0;
    });
  }

  private List<String> branchesWithNodes() {
    return Stream.of("main", "dev")
        .filter(b -> store.<Boolean>read(t -> t.nodes().anyOn(b)))
        .toList();
  }

  @Test
  void pinOfANodeThatIsNotThereIsRefused() {
    PinTable.StoredPin pin = new PinTable.StoredPin(99, "v1", false, commit(1), "ada", "why", T, T);
    assertThatThrownBy(() ->
            store.write(tables -> {
              tables.pins().put(pin);
              return 0;
            }))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void newDeploymentSupersedesTheOneBefore() {
    insert(node(1, "a"), node(2, "b"));
    DeploymentTable.StoredDeployment first =
        store.write(t -> t.deployments().create(head("main", 1, null), T));
    DeploymentTable.StoredDeployment other =
        store.write(t -> t.deployments().create(head("dev", 9, null), T));
    DeploymentTable.StoredDeployment second =
        store.write(t -> t.deployments().create(head("main", 2, commit(1)), T));

    assertThat(second.head().before()).isEqualTo(commit(1));
    assertThat(one(t -> t.deployments().newest("main"))).contains(second);
    assertThat(list(t -> t.deployments().live())).containsExactly(other, second);
    DeploymentTable.StoredDeployment old =
        store.read(t -> t.deployments().find(first.id())).orElseThrow();
    assertThat(old.state()).isEqualTo(DeploymentView.State.SUPERSEDED);
    assertThat(Objects.requireNonNull(old.next()).id()).isEqualTo(second.id());
    assertThat(list(t -> t.deployments().page(null, second.id(), 5)))
        .extracting(DeploymentTable.StoredDeployment::id)
        .containsExactly(other.id(), first.id());
  }

  @Test
  void ofOldDeploymentsOfABranchOnlyHowManyNodesEndedHowIsKept() {
    insert(node(1, "a"), node(2, "b"), node(3, "c"));
    long first = deployed(1, List.of(1L, 2L, 3L));
    long other =
        store.write(t -> {
          long id = t.deployments().create(head("dev", 9, null), T).id();
          t.deployments().join(id, List.of(1L), T);
          return id;
        });
    long second = deployed(2, List.of(1L));
    long third = deployed(3, List.of());
    for (int n = 4; n <= DeploymentTable.WITH_MEMBERS + 1; n++) {
      deployed(n, List.of());
    }
    assertThat(list(t -> t.deployments().members(first))).isEmpty();
    assertThat(list(t -> t.deployments().members(second))).hasSize(1);
    assertThat(list(t -> t.deployments().members(other))).hasSize(1);
    deployed(1_000, List.of());
    deployed(1_001, List.of());

    assertThat(map(t -> t.deployments().counts(List.of(first, second, third))))
        .isEqualTo(
            Map.of(
                first, Map.of(NodeState.CONVERGED, 1, NodeState.WAITING, 2),
                second, Map.of(NodeState.CONVERGED, 1),
                third, Map.of()));
    assertThat(list(t -> t.deployments().members(second))).isEmpty();
  }

  @Test
  void theOldestDeploymentsOfABranchAreDeletedAndOldRolloutsBefore() {
    long other = store.write(t -> t.deployments().create(head("dev", 9, null), T).id());
    long first = deployed(1, List.of());
    put(first, "1");
    long second = deployed(2, List.of());
    put(second, "2");
    for (int n = 3; n <= DeploymentTable.WITH_MEMBERS + 1; n++) {
      deployed(n, List.of());
    }
    assertThat(one(t -> t.rollouts().find(first))).isEmpty();
    assertThat(one(t -> t.rollouts().find(second))).isPresent();
    assertThat(one(t -> Optional.of(t.deployments().isWhole(first)))).contains(false);
    assertThat(one(t -> Optional.of(t.deployments().isWhole(second)))).contains(true);

    forget(DeploymentTable.WITH_MEMBERS + 1);
    assertThat(one(t -> t.deployments().find(first))).isPresent();
    forget(DeploymentTable.WITH_MEMBERS);
    forget(1); // not those that have their members
    assertThat(one(t -> t.deployments().find(first))).isEmpty();
    assertThat(one(t -> t.deployments().find(second))).isPresent();
    assertThat(one(t -> t.deployments().find(other))).isPresent();
    assertThat(one(t -> Optional.of(t.deployments().isWhole(first)))).contains(false);
  }

  private void put(long deployment, String document) {
    store.write(t -> {
      t.rollouts()
          .put(new RolloutTable.StoredRollout(deployment, "main", commit(1), commit(2), document));
      return deployment;
    });
  }

  private void forget(int kept) {
    store.write(t -> {
      t.deployments().forget("main", kept);
      return kept;
    });
  }

  /** A deployment of main whose first node ran it. */
  private long deployed(int n, List<Long> nodes) {
    return store.write(tables -> {
      long id = tables.deployments().create(head("main", n, null), T).id();
      tables.deployments().join(id, nodes, T);
      nodes.stream().limit(1).forEach(node -> tables.deployments().converged(id, node, T));
      return id;
    });
  }

  @Test
  void memberConvergesOnceLeavesAndComesBack() {
    insert(node(1, "a"), node(2, "b"));
    long id = store.write(t -> t.deployments().create(head("main", 1, null), T)).id();
    store.write(tables -> {
      tables.deployments().join(id, List.of(2L, 1L), T);
      tables.deployments().converged(id, 1, T);
      tables.deployments().converged(id, 1, T.plusSeconds(5));
      tables.deployments().leave(id, List.of(2L), T);
      return 0;
    });
    assertThat(list(t -> t.deployments().members(id)))
        .as("one that was its own stays so")
        .containsExactly(
            new DeploymentTable.Member(1, new NodeName("a"), T, T, null, null),
            new DeploymentTable.Member(2, new NodeName("b"), null, T, T, null));

    store.write(tables -> {
      tables.deployments().leave(id, List.of(1L), T);
      tables.deployments().join(id, List.of(1L, 2L), T.plusSeconds(9));
      return 0;
    });
    assertThat(list(t -> t.deployments().members(id)))
        .as("what it once ran it has run")
        .containsExactly(
            new DeploymentTable.Member(1, new NodeName("a"), T, T, null, null),
            new DeploymentTable.Member(2, new NodeName("b"), null, T.plusSeconds(9), null, null));
    assertThat(map(t -> t.deployments().counts(List.of()))).isEmpty();
  }

  @Test
  void howADeploymentEndedIsKeptOnce() {
    insert(node(1, "a"), node(2, "b"), node(3, "late"), node(4, "visitor"));
    long id = store.write(t -> t.deployments().create(head("main", 1, null), T)).id();
    DeploymentTable.Ending ending = new DeploymentTable.Ending(DeploymentView.State.INCOMPLETE, T);
    DeploymentTable.MemberEnd failed = new DeploymentTable.MemberEnd(NodeState.FAILED, "check");
    DeploymentTable.MemberEnd ran = new DeploymentTable.MemberEnd(NodeState.CONVERGED, "ran it");
    store.write(tables -> {
      tables.deployments().join(id, List.of(1L, 2L), T);
      tables.deployments().converged(id, 1, T);
      tables.deployments().end(id, ending, Map.of(1L, ran, 2L, failed));
      tables
          .deployments()
          .end(
              id,
              new DeploymentTable.Ending(DeploymentView.State.CONVERGED, T.plusSeconds(1)),
              Map.of(2L, ran));
      tables.deployments().join(id, List.of(3L, 4L), T.plusSeconds(2));
      tables.deployments().leave(id, List.of(2L, 4L), T.plusSeconds(3));
      return 0;
    });
    assertThat(one(t -> t.deployments().find(id)).orElseThrow().ending()).isEqualTo(ending);
    assertThat(list(t -> t.deployments().members(id)))
        .extracting(m -> m.name().value())
        .containsExactly("a", "b", "late");
    assertThat(map(t -> t.deployments().counts(List.of(id))))
        .containsEntry(id, Map.of(NodeState.CONVERGED, 1, NodeState.FAILED, 1));

    store.write(tables -> {
      tables.deployments().reopen(id);
      return 0;
    });
    assertThat(one(t -> t.deployments().find(id)).orElseThrow().ending()).isNull();
    assertThat(list(t -> t.deployments().members(id)))
        .extracting(DeploymentTable.Member::end)
        .containsOnlyNulls();
  }

  @Test
  void supersededDeploymentKeepsHowManyRanIt() {
    insert(node(1, "a"), node(2, "b"));
    long id = store.write(t -> t.deployments().create(head("main", 1, null), T)).id();
    store.write(tables -> {
      tables.deployments().join(id, List.of(1L, 2L), T);
      tables.deployments().converged(id, 1, T);
      return tables.deployments().create(head("main", 2, commit(1)), T.plusSeconds(5));
    });
    DeploymentTable.StoredDeployment old = one(t -> t.deployments().find(id)).orElseThrow();
    assertThat(old.ending())
        .isEqualTo(new DeploymentTable.Ending(DeploymentView.State.SUPERSEDED, T.plusSeconds(5)));
    assertThat(Objects.requireNonNull(old.next()).commit()).isEqualTo(commit(2));
    assertThat(map(t -> t.deployments().counts(List.of(id))))
        .containsEntry(id, Map.of(NodeState.CONVERGED, 1, NodeState.WAITING, 1));
  }

  @Test
  void headsAreKeptAndForgotten() {
    store.write(tables -> {
      tables.refs().put(head("main", 1, null), T);
      tables.refs().put(head("main", 2, commit(1)), T);
      tables.refs().put(head("dev", 3, null), T);
      tables.refs().remove("dev");
      return 0;
    });
    assertThat(list(t -> t.refs().all())).containsExactly(head("main", 2, commit(1)));
  }

  @Test
  void newestStatusStandsInWhateverOrderItComes() {
    insert(node(1, "a"));
    assertThat(store.<Boolean>write(t -> t.reports().save(latest(1, 2, 1)))).isTrue();
    assertThat(store.<Boolean>write(t -> t.reports().save(latest(1, 1, 9)))).isFalse();
    assertThat(store.<Boolean>write(t -> t.reports().save(latest(1, 2, 1)))).isFalse();
    assertThat(store.<Boolean>write(t -> t.reports().save(latest(1, 2, 2)))).isTrue();
    reopen();
    assertThat(list(t -> t.reports().all())).containsExactly(latest(1, 2, 2));
  }

  @Test
  void numberIsAcceptedOnceAndOldOnesCountAsReplays() {
    insert(node(1, "a"));
    long last = ReportTable.NUMBERS_KEPT + 200L;
    store.write(tables -> {
      for (long n = 1; n <= last; n++) {
        assertThat(tables.reports().accept(1, new ReportNumber(1, n))).isTrue();
      }
      return 0;
    });
    assertThat(store.<Boolean>write(t -> t.reports().accept(1, new ReportNumber(1, last))))
        .isFalse();
    assertThat(store.<Boolean>write(t -> t.reports().accept(1, new ReportNumber(1, 1)))).isFalse();
    assertThat(list(t -> t.reports().numbers(1)))
        .hasSizeBetween(ReportTable.NUMBERS_KEPT, ReportTable.NUMBERS_KEPT + 64);
  }

  @Test
  void aNodeThatNumbersItsReportsAsItLikesKeepsNoMoreThanOthers() {
    insert(node(1, "a"));
    List<StepRecord> one =
        Said.on(decision(1)).step(StepRecord.Kind.FETCH, StepRecord.Outcome.OK, "x").next().steps();
    store.write(tables -> {
      for (long n = 1; n <= 2 * (ReportTable.STEPS_KEPT + 500L); n += 2) {
        ReportNumber number = new ReportNumber(1, n);
        assertThat(tables.reports().accept(1, number)).isTrue();
        tables.reports().addSteps(1, number, 5L, one);
      }
      return 0;
    });
    assertThat(list(t -> t.reports().numbers(1)))
        .hasSizeBetween(ReportTable.NUMBERS_KEPT, ReportTable.NUMBERS_KEPT + 64);
    assertThat(list(t -> t.reports().steps(5, 1, 100_000)))
        .hasSizeBetween(ReportTable.STEPS_KEPT, ReportTable.STEPS_KEPT + 64);
  }

  @Test
  void theHistoryOfANodeThatChoosesItsTimesIsBoundedToo() {
    insert(node(1, "a"));
    store.write(tables -> {
      for (int n = 0; n < HistoryTable.KEPT * 4; n++) {
        tables.history().add(1, HistoryTable.Kind.RAN, T, "{}");
      }
      return 0;
    });
    assertThat(list(t -> t.history().all(1)))
        .hasSizeBetween(HistoryTable.KEPT, HistoryTable.KEPT * 2);
  }

  @Test
  void numberThatComesLateIsAcceptedOnce() {
    insert(node(1, "a"));
    List<Boolean> accepted =
        Stream.of(new ReportNumber(2, 5), new ReportNumber(1, 9), new ReportNumber(1, 9))
            .map(n -> store.<Boolean>write(t -> t.reports().accept(1, n)))
            .toList();
    assertThat(accepted).containsExactly(true, true, false);
  }

  @Test
  void stepsAreReadInTheOrderTheyWereDoneAndBounded() {
    insert(node(1, "a"));
    List<StepRecord> two =
        Said.on(decision(1))
            .step(StepRecord.Kind.FETCH, StepRecord.Outcome.OK, "x")
            .step(StepRecord.Kind.CHECK, StepRecord.Outcome.OK, "y")
            .next()
            .steps();
    store.write(tables -> {
      for (long n = 1; n <= ReportTable.STEPS_KEPT + 128; n++) {
        ReportNumber number = new ReportNumber(1, n);
        tables.reports().accept(1, number);
        tables.reports().addSteps(1, number, 5L, two);
      }
      return 0;
    });
    assertThat(list(t -> t.reports().steps(5, 1, 100_000)))
        .hasSizeBetween(ReportTable.STEPS_KEPT, ReportTable.STEPS_KEPT + 200)
        .startsWith(two.get(0), two.get(1));
    assertThat(list(t -> t.reports().lastSteps(1, 3, 1000)))
        .containsExactly(
            new ReportTable.Done(5L, two.get(1)),
            new ReportTable.Done(5L, two.get(0)),
            new ReportTable.Done(5L, two.get(1)));
    assertThat(list(t -> t.reports().steps(6, 1, 1000))).isEmpty();
    store.write(tables -> {
      tables.reports().forget(1);
      return 0;
    });
    assertThat(list(t -> t.reports().lastSteps(1, 3, 1000))).isEmpty();
  }

  @Test
  void ofStepsWithMuchOutputTheNewestHaveIt() {
    insert(node(1, "a"));
    StepRecord step =
        Said.on(decision(1))
            .step(StepRecord.Kind.FETCH, StepRecord.Outcome.OK, "x")
            .next()
            .steps()
            .getFirst();
    List<StepRecord> steps = Stream.of("aaaa", "", "bbbb", "cccc").map(step::withOutput).toList();
    store.write(tables -> {
      tables.reports().addSteps(1, new ReportNumber(1, 1), 5L, steps);
      return 0;
    });
    assertThat(list(t -> t.reports().steps(5, 1, 8)))
        .extracting(StepRecord::output)
        .containsExactly(ReportTable.LEFT_OUT, "", "bbbb", "cccc");
    assertThat(list(t -> t.reports().lastSteps(1, 2, 0)))
        .extracting(done -> done.step().output())
        .containsExactly(ReportTable.LEFT_OUT, ReportTable.LEFT_OUT);
  }

  @Test
  void stepsAreReadWithoutTheirOutputWhereNobodyWantsIt() {
    insert(node(1, "a"));
    StepRecord step =
        Said.on(decision(1))
            .step(StepRecord.Kind.FETCH, StepRecord.Outcome.OK, "x")
            .next()
            .steps()
            .getFirst();
    StepRecord loud = step.withOutput("nul \0, \"quoted\"");
    store.write(tables -> {
      tables.reports().addSteps(1, new ReportNumber(1, 1), 5L, List.of(step, loud));
      return 0;
    });
    assertThat(list(t -> t.reports().lastStepsWithoutOutput(1, 9)))
        .containsExactly(step.withOutput(""), step.withOutput(""));
    assertThat(list(t -> t.reports().lastSteps(1, 1, 99)))
        .extracting(ReportTable.Done::step)
        .containsExactly(loud);
  }

  @Test
  void historyIsReadByItsTimeAndBoundedForEachNodeAndKind() {
    insert(node(1, "a"));
    insert(node(2, "b"));
    int many = HistoryTable.KEPT * 2;
    store.write(tables -> {
      for (int n = 0; n < many; n++) {
        tables.history().add(1, HistoryTable.Kind.RAN, T.plusSeconds(n), "{\"n\":" + n + "}");
        tables.history().add(2, HistoryTable.Kind.DECIDED, T.plusSeconds(n), "{}");
      }
      tables.history().add(2, HistoryTable.Kind.RAN, T.plusSeconds(9), "{\"late\":1}");
      tables.history().add(2, HistoryTable.Kind.RAN, T.plusSeconds(5), "{\"late\":2}");
      return 0;
    });
    reopen();
    assertThat(list(t -> t.history().all(1)))
        .hasSizeBetween(HistoryTable.KEPT, many - 1)
        .last()
        .satisfies(row -> assertThat(row.document()).isEqualTo("{\"n\":" + (many - 1) + "}"))
        .satisfies(row -> assertThat(row.at()).isEqualTo(T.plusSeconds(many - 1)));
    assertThat(one(t -> t.history().last(2, HistoryTable.Kind.RAN, T.plusSeconds(8))))
        .map(HistoryTable.StoredNote::document)
        .contains("{\"late\":2}");
    assertThat(one(t -> t.history().last(2, HistoryTable.Kind.RAN, T))).isEmpty();
    store.write(tables -> {
      tables.history().forget(2);
      return 0;
    });
    assertThat(list(t -> t.history().all(2))).isEmpty();
    assertThat(list(t -> t.history().all(1))).isNotEmpty();
  }

  @Test
  void tokensAreReadBackAndUsed() {
    JoinTokenTable.StoredInvitation join =
        new JoinTokenTable.StoredInvitation(
            "ab", "hash", "ada", T, 2, "w-*", Map.of("a", "b"), List.of("main", "dev"));
    ApiTokenTable.StoredToken api =
        new ApiTokenTable.StoredToken("id", "ada", "admin", "hash", T, "init", null);
    ApiTokenTable.StoredToken brief =
        new ApiTokenTable.StoredToken("ie", "bob", "viewer", "hash", T, "ada", T.plusMillis(1));
    store.write(tables -> {
      tables.joinTokens().insert(join);
      tables.joinTokens().use("ab");
      tables.apiTokens().insert(api);
      tables.apiTokens().insert(brief);
      return 0;
    });
    JoinTokenTable.StoredInvitation used = store.read(t -> t.joinTokens().find("ab")).orElseThrow();
    assertThat(used.usesLeft()).isEqualTo(1);
    assertThat(used.refs()).isEqualTo(join.refs());
    assertThat(used.labels()).isEqualTo(join.labels());
    assertThat(list(t -> t.joinTokens().longest(5))).containsExactly(used);
    assertThat(list(t -> t.joinTokens().longest(0))).isEmpty();
    assertThat(store.<Integer>read(t -> t.joinTokens().open(T.minusMillis(1)))).isEqualTo(1);
    assertThat(store.<Integer>read(t -> t.joinTokens().open(T))).isZero();
    assertThat(list(t -> t.apiTokens().all())).containsExactly(api, brief);
    store.write(tables -> {
      tables.joinTokens().removeExpired(T.plusMillis(1));
      tables.apiTokens().remove("ie");
      return 0;
    });
    assertThat(list(t -> t.apiTokens().all())).containsExactly(api);
    assertThat(one(t -> t.joinTokens().find("ab"))).isEmpty();
  }

  private static AuditTable.Act refused(String who, int times) {
    AuditTable.Source from = new AuditTable.Source(AuditTable.Way.API, "192.0.2.1");
    return new AuditTable.Act(T, who, from, "denied", "/x", null, "why", true, times);
  }

  private List<AuditTable.Act> audit(AuditTable.Filter filter) {
    return store
        .read(t -> t.audit().page(filter, Long.MAX_VALUE, AuditTable.DONE_KEPT * 2))
        .stream()
        .map(AuditTable.StoredAct::entry)
        .toList();
  }

  @Test
  void auditIsNewestFirstAndReadPageByPage() {
    AuditTable.Act one = new AuditTable.Act(T, "ada", "pin", "a", null, "x");
    AuditTable.Act two = refused("bob", 7);
    AuditTable.Act three = new AuditTable.Act(T, "server", "pin.expire", "a", "x", null);
    store.write(tables -> {
      List.of(one, two, three).forEach(tables.audit()::append);
      return 0;
    });
    reopen();
    assertThat(audit(AuditTable.Filter.ALL)).containsExactly(three, two, one);
    List<AuditTable.StoredAct> first =
        store.read(t -> t.audit().page(AuditTable.Filter.ALL, 99, 2));
    assertThat(first).extracting(AuditTable.StoredAct::entry).containsExactly(three, two);
    long next = first.getLast().id();
    assertThat(list(t -> t.audit().page(AuditTable.Filter.ALL, next, 2)))
        .extracting(AuditTable.StoredAct::entry)
        .containsExactly(one);
  }

  @Test
  void auditIsFoundByWhoWhatWhomWhenAndWhetherItWasRefused() {
    AuditTable.Act pin = new AuditTable.Act(T, "ada", "pin", "a", null, "x");
    AuditTable.Act over =
        new AuditTable.Act(T.plusSeconds(9), "server", "pin.expire", "b", "x", null);
    AuditTable.Act other = new AuditTable.Act(T, "ada", "pinning", "a", null, "x");
    store.write(tables -> {
      List.of(pin, over, other, refused("bob", 1)).forEach(tables.audit()::append);
      return 0;
    });
    assertThat(audit(new AuditTable.Filter("ada", null, null, null, null)))
        .containsExactly(other, pin);
    assertThat(audit(new AuditTable.Filter(null, "pin", null, null, null)))
        .containsExactly(over, pin);
    assertThat(audit(new AuditTable.Filter(null, null, "b", null, null))).containsExactly(over);
    assertThat(audit(new AuditTable.Filter(null, null, null, T.plusSeconds(1), null)))
        .containsExactly(over);
    assertThat(audit(new AuditTable.Filter(null, null, null, null, true)))
        .containsExactly(refused("bob", 1));
    assertThat(audit(new AuditTable.Filter("ada", "pin", "a", T, false))).containsExactly(pin);
    assertThat(audit(new AuditTable.Filter("' or 1=1 --", "%", "_", null, null))).isEmpty();
  }

  @Test
  void refusalsDoNotPushOutWhatWasDone() {
    AuditTable.Act done = new AuditTable.Act(T, "ada", "pin", "a", null, "x");
    store.write(tables -> {
      tables.audit().append(done);
      for (int i = 0; i < AuditTable.REFUSED_KEPT + 500; i++) {
        tables.audit().append(refused("bob", 1));
      }
      return 0;
    });
    assertThat(audit(AuditTable.Filter.ALL))
        .hasSizeBetween(AuditTable.REFUSED_KEPT, AuditTable.REFUSED_KEPT + 100)
        .endsWith(done);
  }

  @Test
  void auditHoldsNoTokenWhereverItWasTyped() {
    String api = "pct_0123456789ab_" + "0f".repeat(32);
    String join = "pcj1_" + "Ab-_".repeat(26);
    store.write(tables -> {
      tables
          .audit()
          .append(new AuditTable.Act(T, api, "pin", "/" + join, api, "for " + join + ": x"));
      return 0;
    });
    assertThat(audit(AuditTable.Filter.ALL))
        .containsExactly(
            new AuditTable.Act(T, "pct_…", "pin", "/pcj1_…", "pct_…", "for pcj1_…: x"));
  }
}
