package dev.pullcord.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.ServerCore;
import dev.pullcord.server.channel.NodeRoom;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.sqlite.SqliteStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;

/**
 * What a node costs the server's core, without its doors, by the size of the fleet: to join, to
 * open a session, to be decided about at a push, and to report. CPU time of the whole process, on
 * one thread for each of 32 callers; while nodes report, somebody watches the push. {@code java -cp
 * … dev.pullcord.benchmarks.ServerCosts [NODES…]}.
 */
public final class ServerCosts {
  private static final int CALLERS = 32;
  private static final int TOKEN_USES = 1000;
  private static final int REPORTS_AT_LEAST = 6000;
  private static final Duration LOOKS = Duration.ofMillis(250);
  private static final String MANIFEST =
      "version: 1\nbundles:\n  data: {paths: [data/], on-change: nothing}\n";
  private static final AuditTable.Source HERE =
      new AuditTable.Source(AuditTable.Way.AGENTS, "127.0.0.1");
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final int nodes;
  private final RepositoryStore repository;
  private final ServerCore core;
  private final long[] epochs;
  private final long[] numbers;
  private int commits;

  /** CPU time in microseconds a node. */
  private record Costs(int nodes, double join, double session, double decide, double report) {}

  private ServerCosts(Path directory, int nodes) throws IOException {
    this.nodes = nodes;
    this.epochs = new long[nodes];
    this.numbers = new long[nodes];
    repository = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    core =
        new ServerCore(
            new ServerCore.Settings(
                "fleet",
                "ab".repeat(32),
                "https://127.0.0.1:8421",
                NodeRoom.fitting(8L << 30, 64_000)),
            SqliteStore.open(directory.resolve("store.db")),
            repository,
            _ -> Optional.empty(),
            InstantSource.system());
  }

  /** The arguments are sizes of fleets; 100, 1,000 and 10,000 by default. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<Integer> sizes =
        arguments.length == 0
            ? List.of(100, 1000, 10_000)
            : java.util.Arrays.stream(arguments).map(Integer::valueOf).toList();
    measured(1000); // warms up
    List<Costs> all = new ArrayList<>();
    System.out.println("| nodes | join | session | decide | report | report, of the first |");
    System.out.println("|---|---|---|---|---|---|");
    for (int size : sizes) {
      Costs costs = measured(size);
      all.add(costs);
      System.out.printf(
          Locale.ROOT,
          "| %d | %.0f µs | %.0f µs | %.0f µs | %.0f µs | %.2f |%n",
          size,
          costs.join,
          costs.session,
          costs.decide,
          costs.report,
          costs.report / all.getFirst().report);
    }
    System.exit(0);
  }

  private static Costs measured(int nodes) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("pullcord-costs-");
    ServerCosts costs = new ServerCosts(directory, nodes);
    try {
      return costs.run();
    } finally {
      costs.core.close();
      costs.repository.close();
      FileTrees.delete(directory);
    }
  }

  private Costs run() throws IOException, InterruptedException {
    push();
    core.start();
    List<JoinToken> tokens = new ArrayList<>();
    for (int i = 0; i < nodes; i += TOKEN_USES) {
      Invitations.Terms terms =
          new Invitations.Terms(
              null, Map.of(), List.of("main"), TOKEN_USES, Duration.ofMinutes(30));
      Principal admin = new Principal("bench", Principal.Role.ADMIN);
      tokens.add(JoinToken.parse(core.invitations().create(admin, terms).token()));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      double join = perNode(threads, 1, i -> join(i, tokens.get(i / TOKEN_USES)));
      double session = perNode(threads, 1, this::session);
      int rounds = Math.max(2, REPORTS_AT_LEAST / nodes);
      double decide = 0;
      double report = 0;
      for (int round = 0; round < rounds; round++) {
        CommitId commit = push();
        long before = PROCESS.getProcessCpuTime();
        core.deployments().reconcile();
        decide += (PROCESS.getProcessCpuTime() - before) / 1e3 / nodes;
        report += watched(() -> perNode(threads, 1, i -> report(i, commit)));
      }
      return new Costs(nodes, join, session, decide / rounds, report / rounds);
    }
  }

  private double perNode(ExecutorService threads, int times, IntConsumer call) {
    long before = PROCESS.getProcessCpuTime();
    for (int time = 0; time < times; time++) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        int node = i;
        all.add(CompletableFuture.runAsync(() -> call.accept(node), threads));
      }
      all.forEach(CompletableFuture::join);
    }
    return (PROCESS.getProcessCpuTime() - before) / 1e3 / nodes / times;
  }

  /** As the output of a push looks at its deployment. */
  private double watched(java.util.function.DoubleSupplier work) throws InterruptedException {
    long deployment = core.fleet().deployments("main", Long.MAX_VALUE, 1).getFirst().id();
    Thread watcher =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (true) {
                  long began = System.nanoTime();
                  core.fleet().deployment(deployment);
                  long pause = (System.nanoTime() - began) * 9;
                  Thread.sleep(Math.max(LOOKS.toMillis(), pause / 1_000_000));
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      return work.getAsDouble();
    } finally {
      watcher.interrupt();
      watcher.join();
    }
  }

  private static NodeName name(int node) {
    return new NodeName(String.format(Locale.ROOT, "bench-%05d", node));
  }

  private NodeRecord record(int node) {
    return core.model().byName(name(node)).orElseThrow();
  }

  private void join(int node, JoinToken token) {
    core.enrollment()
        .enroll(
            new NodeKeyId(String.format(Locale.ROOT, "%064x", node + 1)),
            new EnrollRequest(token.id(), token.secret(), name(node), null),
            HERE);
  }

  private void session(int node) {
    epochs[node] =
        core.reports()
            .session(record(node), new ReportMessages.SessionRequest("bench", "b", 0), Talk.NOTHING)
            .epoch();
  }

  private void report(int node, CommitId commit) {
    NodeRecord record = record(node);
    Instant now = Instant.now();
    NodeStatus status =
        new NodeStatus(
            record.name(),
            NodeState.CONVERGED,
            "runs " + commit,
            now,
            null,
            "main",
            commit,
            commit,
            "000001-bench",
            Map.of(),
            Map.of(),
            null,
            null,
            0,
            null,
            Map.of(),
            0,
            null);
    NodeReport report =
        new NodeReport(
            new ReportNumber(epochs[node], ++numbers[node]),
            now,
            record.decision().revision(),
            record.decision().deployment(),
            status,
            List.of(),
            null);
    core.reports().store(record, new ReportMessages.Batch(List.of(report)));
  }

  /** A commit on main, put there without a push. */
  private CommitId push() throws IOException {
    Repository git = repository.repository();
    try (ObjectInserter objects = git.newObjectInserter()) {
      TreeFormatter tree = new TreeFormatter();
      TreeFormatter data = new TreeFormatter();
      data.append("x", FileMode.REGULAR_FILE, blob(objects, "push " + ++commits));
      tree.append("data", FileMode.TREE, objects.insert(data));
      tree.append("pullcord.yaml", FileMode.REGULAR_FILE, blob(objects, MANIFEST));
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(objects.insert(tree));
      PersonIdent ada = new PersonIdent("Ada", "ada@example.org");
      commit.setAuthor(ada);
      commit.setCommitter(ada);
      commit.setMessage("Push " + commits);
      ObjectId head = git.resolve("refs/heads/main");
      if (head != null) {
        commit.setParentId(head);
      }
      ObjectId id = objects.insert(commit);
      objects.flush();
      RefUpdate update = git.updateRef("refs/heads/main");
      update.setNewObjectId(id);
      update.update();
      return new CommitId(id.name());
    }
  }

  private static ObjectId blob(ObjectInserter objects, String text) throws IOException {
    return objects.insert(Constants.OBJ_BLOB, text.getBytes(StandardCharsets.UTF_8));
  }
}
