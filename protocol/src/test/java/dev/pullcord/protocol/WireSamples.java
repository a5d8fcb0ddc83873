package dev.pullcord.protocol;

import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.api.AlertsView;
import dev.pullcord.protocol.api.AuditView;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.api.NodeLog;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.ServersView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One value of every message, with every optional field once there and once not. */
final class WireSamples {
  static final CommitId COMMIT = new CommitId("3f2a91c0d1e2f30415263748596a7b8c9d0e1f2a");
  static final CommitId BEFORE = new CommitId("abc1234000000000000000000000000000000000");
  static final TreeId TREE = new TreeId("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  static final NodeName NODE = new NodeName("grep-1.sea");
  static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");
  static final Instant LATER = Instant.parse("2026-01-02T05:04:05Z");

  /**
   * A message and the type it is read as.
   *
   * @param value the message
   * @param type what the receiver asks for
   */
  record Sample(Object value, Class<?> type) {}

  private WireSamples() {}

  /** By the name of the golden file. */
  static Map<String, Sample> all() {
    Map<String, Sample> samples = new TreeMap<>();
    desired(samples);
    actions(samples);
    reports(samples);
    alerts(samples);
    nodes(samples);
    deployments(samples);
    requests(samples);
    audit(samples);
    plan(samples);
    history(samples);
    return samples;
  }

  private static void desired(Map<String, Sample> samples) {
    DesiredState plain =
        new DesiredState(
            41, NODE, "fleet", "main", COMMIT, 7L, null, 0, AT, Map.of("role", "grep"), orders());
    DesiredState empty =
        new DesiredState(
            1, NODE, "fleet", "main", null, null, null, 0, AT, Map.of("role", "grep"), orders());
    add(samples, "desired-state", plain);
    add(samples, "desired-state-nothing-pushed", empty);
    add(
        samples,
        "desired-state-pinned",
        new DesiredState(
            42,
            NODE,
            "fleet",
            "try-it",
            BEFORE,
            null,
            new Pin("try-it", "ann", "look at grep", LATER, new Pin.After("main", COMMIT, 7L)),
            2,
            AT,
            Map.of("role", "grep"),
            orders(),
            "5f1e2d3c4b5a6978",
            null,
            null,
            null,
            null));
    add(
        samples,
        "desired-state-withheld",
        new DesiredState(
            43,
            NODE,
            "fleet",
            "main",
            BEFORE,
            8L,
            null,
            0,
            AT,
            Map.of(),
            Orders.NONE,
            "5f1e2d3c4b5a6978",
            new Withheld(Withheld.Kind.WAITING, "waiting: wave 2 of 3", COMMIT, "main", 8L, LATER),
            null,
            null,
            null));
    add(
        samples,
        "desired-state-staging",
        new DesiredState(
            43,
            NODE,
            "fleet",
            "main",
            BEFORE,
            6L,
            null,
            0,
            AT,
            Map.of("role", "grep"),
            Orders.NONE,
            "5f1e2d3c4b5a6978",
            null,
            COMMIT,
            "gate of ann",
            "rolled back from 3f2a91c by ann: lost tasks"));
    samples.put(
        "event-changed", new Sample(new ServerEvent.Changed(41, plain, null), ServerEvent.class));
    samples.put(
        "event-changed-bare",
        new Sample(new ServerEvent.Changed(41, null, null), ServerEvent.class));
    StepPack step = StepPack.of(BEFORE, COMMIT, new byte[] {80, 65, 67, 75});
    samples.put(
        "event-changed-pack",
        new Sample(new ServerEvent.Changed(41, plain, step), ServerEvent.class));
    samples.put(
        "event-servers",
        new Sample(
            new ServerEvent.Servers(
                List.of("https://pull.example:8421", "https://pull-2.example:8421")),
            ServerEvent.class));
    samples.put(
        "event-go-away", new Sample(new ServerEvent.GoAway("server stopping"), ServerEvent.class));
    samples.put(
        "event-logs-wanted",
        new Sample(
            new ServerEvent.LogsWanted("5f1e2d3c4b5a69788796a5b4c3d2e1f0", "grep", 200, true),
            ServerEvent.class));
    samples.put(
        "log-lines",
        new Sample(
            new LogLines("5f1e2d3c4b5a69788796a5b4c3d2e1f0", "one\ntwo\n", false), LogLines.class));
    samples.put("log-lines-answer", new Sample(new LogLines.Answer(true), LogLines.Answer.class));
  }

  private static void actions(Map<String, Sample> samples) {
    samples.put(
        "event-actions-wanted",
        new Sample(
            new ServerEvent.ActionsWanted(
                List.of(
                    new ActionOrder(
                        "12-5f1e2d3c4b5a6978",
                        "clear_cache",
                        COMMIT,
                        Map.of("days", "7"),
                        300_000,
                        null),
                    new ActionOrder(
                        "13-5f1e2d3c4b5a6978", "clear_cache", COMMIT, Map.of(), 0, "ann"))),
            ServerEvent.class));
    samples.put(
        "action-reports",
        new Sample(
            new ActionReports(
                List.of(
                    new ActionReports.Item(
                        "12-5f1e2d3c4b5a6978", RunState.RUNNING, null, 0, "one\n", 0),
                    new ActionReports.Item(
                        "13-6f1e2d3c4b5a6978",
                        RunState.FAILED,
                        new ActionReports.Outcome(2, 1200, "exited 2"),
                        2_000_000,
                        "last\n",
                        1_000_000))),
            ActionReports.class));
    samples.put(
        "action-reports-taken",
        new Sample(
            new ActionReports.Taken(
                List.of(new ActionReports.Have("12-5f1e2d3c4b5a6978", 4, false))),
            ActionReports.Taken.class));
  }

  private static Orders orders() {
    return new Orders(
        3,
        Map.of("grep", new Orders.Stop("ann", "look at the disk", AT)),
        Map.of("grep", 1L, "index", 2L),
        Map.of(4L, new Orders.Kill("ann", "it hangs", AT)));
  }

  private static void reports(Map<String, Sample> samples) {
    NodeReport report =
        new NodeReport(
            new ReportNumber(3, 17), AT, 41, 7L, status(), List.of(step(), failed()), null);
    add(samples, "report", report);
    add(
        samples,
        "report-under-way",
        new NodeReport(new ReportNumber(3, 18), AT, 41, 7L, bareStatus(), List.of(), underWay()));
    add(samples, "node-status", status());
    add(samples, "node-status-bare", bareStatus());
    add(samples, "report-batch", new ReportMessages.Batch(List.of(report)));
    add(samples, "report-stored", new ReportMessages.Stored(new ReportNumber(3, 17), AT));
    add(samples, "node-facts", facts());
    add(samples, "session-request", new ReportMessages.SessionRequest("0.1.0", "b1f0", 2));
    add(samples, "session", new ReportMessages.Session(3, 41, AT));
    add(samples, "heartbeat", new ReportMessages.Heartbeat(41, AT));
  }

  private static NodeFacts facts() {
    return new NodeFacts(
        "Debian GNU/Linux 12 (bookworm)",
        "Linux 6.1.0-28-amd64 amd64",
        "3.11.2",
        40L << 30,
        7L << 30,
        AT);
  }

  private static StepRecord step() {
    return new StepRecord(
        9,
        2,
        COMMIT,
        StepRecord.Kind.CHECK,
        "bin/check-patterns search/",
        StepRecord.Outcome.OK,
        AT,
        31,
        0,
        "12 patterns\n");
  }

  private static UnderWay underWay() {
    return new UnderWay(
        9,
        3,
        COMMIT,
        StepRecord.Kind.CHECK,
        "bin/check-patterns search/",
        AT,
        3_100,
        "7 of 12 patterns\n",
        List.of(step()));
  }

  private static StepRecord failed() {
    return new StepRecord(
        9,
        3,
        COMMIT,
        StepRecord.Kind.HEALTH,
        "grep",
        StepRecord.Outcome.RELEASE_FAULT,
        AT,
        30_000,
        null,
        "");
  }

  private static NodeStatus status() {
    return new NodeStatus(
        NODE,
        NodeState.FAILED,
        "worker grep exited 1, again in 8 s",
        AT,
        LATER,
        "main",
        COMMIT,
        BEFORE,
        "000007-abc123400000",
        Map.of("task-code", TREE),
        Map.of("grep", worker()),
        new PinStatus("try-it", "ann", "look at grep", LATER),
        new NodeStatus.ServerContact("https://pull.example:8421", true, AT, "NODE_REMOVED  why"),
        4,
        drift(),
        Map.of("role", "grep"),
        3,
        new StageStatus(COMMIT, StageStatus.State.READY, "grep generation 13 stands by", AT));
  }

  private static DriftStatus drift() {
    return new DriftStatus(
        AT, 2, "2 paths are not as in the commit: \"search/a\" is gone, \"x\" has appeared");
  }

  private static NodeStatus bareStatus() {
    return new NodeStatus(
        NODE,
        NodeState.WAITING,
        "nothing was pushed to main",
        AT,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        Map.of(),
        null,
        null,
        0,
        null,
        Map.of("role", "grep"),
        3,
        null);
  }

  private static WorkerStatus worker() {
    return new WorkerStatus(
        "00".repeat(32),
        "pid 4711 started 2026-01-02T03:04:05.678Z",
        List.of(
            new GenerationStatus(12, 4711, AT, BEFORE, GenerationPhase.CONSUMING, null, null),
            new GenerationStatus(
                11,
                4700,
                AT,
                COMMIT,
                GenerationPhase.DRAINING,
                AT,
                new Tasks(
                    2,
                    List.of(new Tasks.Task("tasks.app.grep", AT)),
                    new Tasks.Waiting(3, 0, 4, AT)),
                "2 jobs left")));
  }

  private static void alerts(Map<String, Sample> samples) {
    add(
        samples,
        "api-alerts",
        new AlertsView(
            List.of(new AlertsView.Receiver("ops", "slack", "hooks.slack.example", 1)),
            List.of(
                new AlertsView.Message(
                    7,
                    "ops",
                    "node-failed",
                    "web-1 is failed: worker grep exited 1",
                    "waiting",
                    AT,
                    2,
                    "hooks.slack.example answered 503",
                    LATER,
                    null))));
    add(samples, "api-alert-test", new AlertsView.Test("ops", false, "no answer in time"));
  }

  private static void fleet(Map<String, Sample> samples, RollbackView back) {
    add(
        samples,
        "api-fleet",
        new Fleet(
            41,
            Map.of("total", 3),
            Map.of("pinned", 1),
            List.of(
                new Fleet.Ref(
                    "main", COMMIT, "Add a pattern", "Ann <ann@example>", 3, 2, 7L, back, null),
                new Fleet.Ref("try-it", null, null, null, 0, 0, null, null, "the disk is full")),
            List.of("node grep-1.sea: two hosts use one key")));
  }

  private static void nodes(Map<String, Sample> samples) {
    NodeView view =
        new NodeView(
            NODE,
            NodeState.CONVERGED,
            "runs 3f2a91c",
            AT,
            null,
            "main",
            new PinStatus("try-it", "ann", "look at grep", LATER),
            COMMIT,
            7L,
            COMMIT,
            Map.of("grep", worker()),
            Map.of("task-code", TREE),
            true,
            Map.of("role", "grep"),
            "0.1.0",
            AT,
            "It runs what it is to run.",
            drift(),
            orders().stopped(),
            new NodeView.Contact(AT, LATER, "two hosts use one key"),
            new SuspensionView("ann", "new disk", AT, LATER),
            new NodeView.Host("grep-1", "10.0.0.7", facts(), -86_400L));
    NodeView unseen =
        new NodeView(
            NODE,
            NodeState.NEVER_SEEN,
            "no agent ever spoke",
            AT,
            null,
            "main",
            null,
            null,
            null,
            null,
            Map.of(),
            Map.of(),
            false,
            Map.of(),
            null,
            null,
            "Start the agent.",
            null,
            Map.of(),
            null,
            null,
            null);
    add(samples, "api-node", view);
    RolloutView rollout =
        new RolloutView(
            7,
            "main",
            COMMIT,
            "canary",
            RolloutView.State.PAUSED,
            "by ann: looks odd",
            "ann",
            List.of(
                new RolloutView.Wave("canary", List.of(NODE), RolloutView.WaveState.DONE),
                new RolloutView.Wave("wave 2", List.of(), RolloutView.WaveState.WAITING)),
            1,
            4,
            0,
            1);
    add(samples, "api-rollout", rollout);
    add(samples, "api-rollouts", new RolloutView.All(List.of(rollout)));
    add(samples, "api-rollout-request", new RolloutView.Request("looks odd", rollout.commit()));
    add(samples, "api-rollout-request-bare", new RolloutView.Request(null, null));
    add(
        samples,
        "api-upstream",
        new UpstreamView(
            "https://git.example/acme/fleet.git",
            "rewritten",
            "main: the upstream took it back",
            AT,
            LATER,
            "main",
            List.of(new UpstreamView.Ref("main", COMMIT, false, "taken back", BEFORE, true))));
    add(
        samples,
        "api-servers",
        new ServersView(
            List.of(
                new ServersView.Server(
                    "https://pull.example:8420", "https://pull.example:8421", "active", LATER),
                new ServersView.Server(null, "https://pull-2.example:8421", "standby", AT))));
    add(
        samples,
        "api-accept-rewind",
        new UpstreamView.Accept("main", "it was meant", UpstreamView.Accept.seen(COMMIT)));
    add(samples, "api-accept-rewind-bare", new UpstreamView.Accept("main", "it was meant", null));
    add(
        samples,
        "api-run-request",
        new RunView.Request("clear_cache", "role=grep", null, Map.of("days", "7"), "25%", 1, "5m"));
    add(samples, "api-suspension-request", new SuspensionView.Request("2d", "new disk"));
    add(samples, "api-nodes", new NodeView.Page(List.of(unseen), "bmV4dA"));
    RollbackView back =
        new RollbackView("main", COMMIT, BEFORE, "ann", "lost tasks", AT, LATER, 7L);
    fleet(samples, back);
    PinView pin = new PinView(NODE, "try-it", COMMIT, "ann", "look at grep", AT, LATER);
    add(samples, "api-pin", pin);
    add(samples, "api-pins", new PinView.All(List.of(pin)));
    add(samples, "api-rollback", back);
    add(
        samples,
        "api-rollback-request",
        new RollbackView.Request("3f2a91c", "lost tasks", "2h", rollout.commit()));
    add(samples, "api-rollback-request-bare", new RollbackView.Request(null, "lost tasks", null));
    freezes(samples);
  }

  private static void freezes(Map<String, Sample> samples) {
    String office = "mon-fri 08:00-18:00";
    FreezeView part =
        new FreezeView(
            "main", "role=grep", "ann", "release week", AT, LATER, office + " UTC", "frozen");
    add(samples, "api-freezes", new FreezeView.All(List.of(part)));
    add(
        samples,
        "api-freeze",
        new FreezeView(null, null, "ann", "release week", AT, LATER, null, "frozen"));
    add(
        samples,
        "api-gates",
        new OpenGateView.All(
            List.of(
                new OpenGateView(
                    "main",
                    BEFORE,
                    COMMIT,
                    "ann",
                    AT,
                    List.of(
                        new OpenGateView.Canary(
                            NODE, NodeState.WAITING, "waiting: gate of ann: runs it well"))))));
    add(
        samples,
        "api-freeze-request",
        new FreezeView.Request("main", "role=grep", "2h", "release week", office, "Europe/Berlin"));
    add(
        samples,
        "api-freeze-request-bare",
        new FreezeView.Request(null, null, "2h", "release week", null, null));
  }

  private static void deployments(Map<String, Sample> samples) {
    DeploymentView.Member member =
        new DeploymentView.Member(NODE, NodeState.CONVERGED, "runs 3f2a91c", null, AT, AT, null);
    add(
        samples,
        "api-deployment",
        new DeploymentView(
            7,
            COMMIT,
            BEFORE,
            "main",
            "Add a pattern",
            "Ann <ann@example>",
            "ann",
            DeploymentView.State.SUPERSEDED,
            AT,
            LATER,
            8L,
            Map.of("converged", 1),
            List.of(
                member,
                new DeploymentView.Member(
                    NODE,
                    NodeState.FAILED,
                    "disk full, again in 20 s",
                    LATER,
                    null,
                    null,
                    new DeploymentView.Present(NodeState.APPLYING, "stage", null))),
            new DeploymentView.Outcome(DeploymentView.State.CONVERGED, 1, 1, LATER),
            Map.of("applying", 1),
            BEFORE,
            "lost tasks"));
    DeploymentView first =
        new DeploymentView(
            1,
            COMMIT,
            null,
            "main",
            "First",
            "Ann <ann@example>",
            "ann",
            DeploymentView.State.RUNNING,
            AT,
            null,
            null,
            Map.of(),
            List.of(),
            null,
            Map.of(),
            null,
            null);
    add(samples, "api-deployments", new DeploymentView.Page(List.of(first), null));
    add(
        samples,
        "api-transcript",
        new DeploymentView.Transcript(7, NODE, List.of(step(), failed()), null));
    add(
        samples,
        "api-transcript-under-way",
        new DeploymentView.Transcript(7, NODE, List.of(step()), underWay()));
  }

  private static void requests(Map<String, Sample> samples) {
    add(samples, "api-pin-request", new PinView.Request("try-it", "2h", "look at grep"));
    add(
        samples,
        "api-invitation",
        new Invitation("pcj1_AAAA", LATER, "pullcord-agent join …", "there is no branch x"));
    add(
        samples,
        "api-invitation-request",
        new Invitation.Request("grep-*", Map.of("role", "grep"), List.of("main"), 3, "1h"));
    add(
        samples,
        "api-invitation-request-bare",
        new Invitation.Request(null, null, null, null, null));
    add(
        samples,
        "api-invitations",
        new InvitationView.All(
            List.of(
                new InvitationView(
                    "0123456789abcdef",
                    InvitationView.State.OPEN,
                    "ann",
                    "grep-*",
                    Map.of("role", "grep"),
                    List.of("main"),
                    3,
                    2,
                    LATER))));
    add(samples, "api-token-request", new TokenView.Request("ann", "operator", "90d"));
    add(samples, "api-token-made", new TokenView.Made("ann", "operator", "pct_AAAA", LATER));
    add(
        samples,
        "api-tokens",
        new TokenView.All(
            List.of(
                new TokenView("ann", "operator", "admin", AT, LATER),
                new TokenView("admin", "admin", null, AT, null))));
    add(samples, "api-follow", new Requests.Follow("main"));
    add(
        samples,
        "api-labels-request",
        new Requests.Labels(Map.of("role", "grep"), List.of("canary")));
    add(samples, "api-labels-request-bare", new Requests.Labels(null, null));
    add(samples, "api-kill-request", new Requests.Kill("it hangs"));
    add(samples, "api-order-request", new Requests.Order("look at the disk"));
    add(samples, "api-order-request-bare", new Requests.Order(null));
    add(samples, "api-whoami", new Requests.Whoami("ann", "admin", "0.1.0", "fleet"));
    add(
        samples,
        "enroll-request",
        new EnrollRequest("00".repeat(8), "11".repeat(32), NODE, "main"));
    add(samples, "enroll-reply", new EnrollReply(NODE, "fleet", "main"));
    add(
        samples,
        "problem",
        new Problem(
            "urn:pullcord:problem:REF_MISSING",
            "No such ref",
            422,
            "REF_MISSING",
            "no branch, tag or commit \"tryit\"",
            "ref",
            "r-1"));
    add(
        samples,
        "problem-bare",
        new Problem(
            "urn:pullcord:problem:NODE_UNKNOWN", "Unknown", 401, "NODE_UNKNOWN", "", null, null));
  }

  private static void history(Map<String, Sample> samples) {
    HistoryView.Run pinned =
        new HistoryView.Run(
            AT,
            null,
            COMMIT,
            "try",
            List.of(new HistoryView.Worker("grep", 7, COMMIT, AT)),
            new HistoryView.Decision("pin", "ann", "look at grep", AT, "try", COMMIT, 7L, LATER),
            List.of(
                new HistoryView.Pass(
                    31, COMMIT, AT, LATER, StepRecord.Outcome.ABANDONED, List.of())));
    HistoryView.Run nothing =
        new HistoryView.Run(AT, LATER, null, null, List.of(), null, List.of());
    add(samples, "api-history", new HistoryView(NODE, null, AT, List.of(pinned, nothing)));
    add(samples, "api-log-line", NodeLog.line(NODE, "three lines match"));
    add(samples, "api-log-ended", NodeLog.ended(NODE));
    add(samples, "api-log-failed", NodeLog.failed(NODE, "the node was removed"));
    add(samples, "api-history-nothing", new HistoryView(NODE, AT, null, List.of()));
  }

  private static void plan(Map<String, Sample> samples) {
    PlanView.Group released =
        new PlanView.Group(
            PlanView.Effect.RELEASED,
            List.of("task-code"),
            new TreeMap<>(
                Map.of("beat", PlanView.Action.RESTART, "grep", PlanView.Action.HAND_OVER)),
            List.of(new PlanView.Member(NODE, BEFORE, NodeState.OFFLINE, "no contact")),
            List.of());
    PlanView.Group first =
        new PlanView.Group(
            PlanView.Effect.UNKNOWN,
            List.of(),
            Map.of(),
            List.of(new PlanView.Member(new NodeName("new"), null, NodeState.CONVERGED, "")),
            List.of("VALUE  pullcord.yaml:9:3  no (on nodes with role=gpu)"));
    add(
        samples,
        "api-plan",
        new PlanView(
            COMMIT,
            "try",
            false,
            "Look for more",
            "Ann",
            List.of(),
            List.of("bin/build-index search/"),
            List.of("bin/check-patterns search/"),
            List.of(released, first),
            List.of(new PlanView.Apart(new NodeName("held"), "pinned to v1 by ann")),
            List.of("grep"),
            List.of("worker beat runs nowhere: no node has role=baet"),
            List.of(new PlanView.Apart(NODE, "held: frozen until 18:00 by ann: release week"))));
    add(
        samples,
        "api-plan-bad",
        new PlanView(
            COMMIT,
            null,
            false,
            "Look for more",
            "Ann",
            List.of("VALUE  pullcord.yaml:2:10  7 is not a map"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  private static void audit(Map<String, Sample> samples) {
    AuditView pin =
        new AuditView(
            12,
            AT,
            "ann",
            "dashboard",
            "192.0.2.7",
            "pin",
            "grep-1.sea",
            "v1 until 2026-01-02T05:04:05Z by bob: try",
            "v2 (3f2a91c) for 2h: to compare",
            false,
            1,
            "ann pinned grep-1.sea to v2 (3f2a91c) for 2h: to compare");
    AuditView found =
        new AuditView(
            11,
            AT,
            "unknown",
            null,
            null,
            "refused.many",
            "several",
            null,
            null,
            true,
            70,
            "others were refused too, so many that they were only counted, 70 times more");
    add(samples, "api-audit", new AuditView.Page(List.of(pin, found), "11"));
    add(samples, "api-audit-last", new AuditView.Page(List.of(), null));
  }

  private static void add(Map<String, Sample> samples, String name, Object value) {
    samples.put(name, new Sample(value, value.getClass()));
  }
}
