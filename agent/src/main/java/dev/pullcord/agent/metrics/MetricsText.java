package dev.pullcord.agent.metrics;

import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.NodeStatus.ServerContact;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's status in Prometheus' text format, version 0.0.4. The labels are few and bounded: a
 * reason or a proof never is one.
 */
final class MetricsText {
  private final StringBuilder text = new StringBuilder();

  private MetricsText() {}

  static String of(NodeStatus status, ProcessNumbers process, Instant now) {
    MetricsText metrics = new MetricsText();
    metrics.node(status, now);
    metrics.server(status.server(), now);
    metrics.workers(status);
    metrics.process(process);
    return metrics.text.toString();
  }

  private void node(NodeStatus status, Instant now) {
    head("pullcord_node_state", "gauge", "1 for the state that the node is in.");
    for (NodeState state : NodeState.values()) {
      line(
          "pullcord_node_state",
          Map.of("state", state.wireName()),
          state == status.state() ? 1 : 0);
    }
    head("pullcord_node_state_seconds", "gauge", "How long the node has been in that state.");
    line("pullcord_node_state_seconds", Map.of(), seconds(status.since(), now));
    head("pullcord_node_commit_info", "gauge", "What the node is to run, and what it runs.");
    line(
        "pullcord_node_commit_info",
        Map.of(
            "node", status.node().value(),
            "ref", status.ref() == null ? "" : status.ref(),
            "target", status.targetCommit() == null ? "" : status.targetCommit().value(),
            "applied", status.appliedCommit() == null ? "" : status.appliedCommit().value()),
        1);
    head(
        "pullcord_node_drifted", "gauge", "1 while the release on disk is not as its commit says.");
    line("pullcord_node_drifted", Map.of(), status.drift() == null ? 0 : 1);
    head("pullcord_spooled_reports", "gauge", "Reports that the server has not acknowledged.");
    line("pullcord_spooled_reports", Map.of(), status.spooledReports());
  }

  private void server(@Nullable ServerContact server, Instant now) {
    if (server == null) {
      return;
    }
    head("pullcord_server_connected", "gauge", "1 while the agent is connected to its server.");
    line("pullcord_server_connected", Map.of(), server.connected() ? 1 : 0);
    if (server.lastContact() != null) {
      head("pullcord_server_contact_seconds", "gauge", "Since the server's last answer.");
      line("pullcord_server_contact_seconds", Map.of(), seconds(server.lastContact(), now));
    }
  }

  private void workers(NodeStatus status) {
    head("pullcord_worker_generations", "gauge", "Living generations of a worker, by phase.");
    status
        .workers()
        .forEach((name, worker) -> {
          Map<GenerationPhase, Integer> count = new TreeMap<>();
          for (GenerationStatus generation : worker.generations()) {
            count.merge(generation.phase(), 1, Integer::sum);
          }
          for (GenerationPhase phase : GenerationPhase.values()) {
            line(
                "pullcord_worker_generations",
                Map.of("worker", name, "phase", phase.wireName()),
                count.getOrDefault(phase, 0));
          }
        });
  }

  private void process(ProcessNumbers process) {
    head("process_cpu_seconds_total", "counter", "What the agent has used.");
    line("process_cpu_seconds_total", Map.of(), process.cpuSeconds());
    head("process_resident_memory_bytes", "gauge", "What the agent holds.");
    line("process_resident_memory_bytes", Map.of(), process.residentBytes());
    head("process_open_fds", "gauge", "Descriptors that the agent has open.");
    line("process_open_fds", Map.of(), process.descriptors());
    head("process_threads", "gauge", "Threads of the agent.");
    line("process_threads", Map.of(), process.threads());
  }

  private static double seconds(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toMillis()) / 1000.0;
  }

  private void head(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, Map<String, String> labels, double value) {
    text.append(name);
    if (!labels.isEmpty()) {
      StringBuilder inside = new StringBuilder();
      new TreeMap<>(labels)
          .forEach((label, of) ->
              inside
                  .append(inside.isEmpty() ? "" : ",")
                  .append(label)
                  .append("=\"")
                  .append(escaped(of))
                  .append('"'));
      text.append('{').append(inside).append('}');
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
    text.append(' ')
        .append(whole ? Long.toString((long) value) : String.format(Locale.ROOT, "%.3f", value))
        .append('\n');
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
