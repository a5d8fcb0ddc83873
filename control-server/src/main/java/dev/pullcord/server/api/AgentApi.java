package dev.pullcord.server.api;

import dev.pullcord.protocol.ProtocolVersion;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.ActionReports;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.contact.NodeFacts;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.action.RunIntake;
import dev.pullcord.server.channel.LogRelay;
import dev.pullcord.server.contact.NodeContacts;
import dev.pullcord.server.contact.Talk;
import dev.pullcord.server.enroll.Enrollment;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.report.ReportIntake;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.NodeKeys;
import dev.pullcord.server.security.Sources;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The agents' port, but for its event stream. Who asks is the key of the connection and nothing
 * else: no field, header or path names a node.
 */
public final class AgentApi {
  private static final int SMALL_BYTES = 16 << 10;
  private static final int LOG_BYTES = 1 << 20;
  private static final int ACTION_BYTES = 2 << 20;
  private static final int REPORTS_BYTES = 8 << 20;

  private final NodeKeys keys;
  private final Enrollment enrollment;
  private final ReportIntake intake;
  private final NodeContacts contacts;
  private final LogRelay logs;
  private final RunIntake runs;
  private final InstantSource clock;

  /** The routes' handlers. */
  public AgentApi(
      NodeKeys keys,
      Enrollment enrollment,
      ReportIntake intake,
      NodeContacts contacts,
      LogRelay logs,
      RunIntake runs,
      InstantSource clock) {
    this.keys = keys;
    this.enrollment = enrollment;
    this.intake = intake;
    this.contacts = contacts;
    this.logs = logs;
    this.runs = runs;
    this.clock = clock;
  }

  /** Adds the routes. */
  public void register(JavalinDefaultRoutingApi routes) {
    routes.post("/agent/v1/enroll", this::enroll);
    routes.post("/agent/v1/session", this::session);
    routes.get("/agent/v1/desired", this::desired);
    routes.post("/agent/v1/reports", this::reports);
    routes.post("/agent/v1/facts", this::facts);
    routes.post("/agent/v1/heartbeat", this::heartbeat);
    routes.post("/agent/v1/goodbye", this::goodbye);
    routes.post("/agent/v1/logs", this::logs);
    routes.post("/agent/v1/actions", this::actions);
  }

  private void enroll(Context context) {
    requireProtocol(context);
    NodeKeyId key = Caller.key(context);
    answer(
        context,
        enrollment.enroll(
            key, WireBody.read(context, EnrollRequest.class, SMALL_BYTES), Sources.of(context)));
  }

  private void session(Context context) {
    requireProtocol(context);
    NodeRecord node = keys.require(Optional.of(Caller.key(context)));
    answer(
        context,
        intake.session(
            node,
            WireBody.read(context, ReportMessages.SessionRequest.class, SMALL_BYTES),
            talk(context)));
  }

  private void goodbye(Context context) {
    requireProtocol(context);
    contacts.goodbye(keys.require(Optional.of(Caller.key(context))), talk(context));
    answer(context, Map.of());
  }

  private static Talk talk(Context context) {
    return Talk.of(context::header, Sources.address(context.ip()));
  }

  private void desired(Context context) {
    answer(context, node(context).desiredAt(clock.instant()));
  }

  private void reports(Context context) {
    NodeRecord node = node(context);
    answer(
        context,
        intake.store(node, WireBody.read(context, ReportMessages.Batch.class, REPORTS_BYTES)));
  }

  private void facts(Context context) {
    NodeRecord node = node(context);
    contacts.facts(node, WireBody.read(context, NodeFacts.class, SMALL_BYTES));
    lives(context, node);
  }

  private void heartbeat(Context context) {
    lives(context, node(context));
  }

  private void lives(Context context, NodeRecord node) {
    answer(context, new ReportMessages.Heartbeat(node.decision().revision(), clock.instant()));
  }

  private void logs(Context context) throws InterruptedException {
    NodeRecord node = node(context);
    LogLines piece = WireBody.read(context, LogLines.class, LOG_BYTES);
    answer(context, new LogLines.Answer(logs.take(node.id(), piece)));
  }

  private void actions(Context context) {
    NodeRecord node = node(context);
    ActionReports reports = WireBody.read(context, ActionReports.class, ACTION_BYTES);
    answer(context, runs.take(node.id(), reports));
  }

  private NodeRecord node(Context context) {
    requireProtocol(context);
    NodeRecord node = keys.require(Optional.of(Caller.key(context)));
    contacts.heard(node, talk(context));
    return keys.require(Optional.of(Caller.key(context))); // with what followed from that
  }

  private static void requireProtocol(Context context) {
    String version = context.header(ProtocolVersion.HEADER);
    if (version != null && !version.equals(String.valueOf(ProtocolVersion.CURRENT))) {
      throw new HttpResponseException(
          426,
          "this server speaks protocol "
              + ProtocolVersion.CURRENT
              + "; upgrade the server first, then the agents");
    }
  }

  private static void answer(Context context, Object body) {
    byte[] json = PullcordJson.write(body).getBytes(StandardCharsets.UTF_8);
    try {
      context.contentType("application/json").outputStream().write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("the answer could not be written", e);
    }
  }
}
