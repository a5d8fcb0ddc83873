package dev.pullcord.server.dashboard.repository;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.config.WebhookKind;
import dev.pullcord.server.operations.OrderChecks;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.MirrorTable.Delivery;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A mirrored repository that stands as a test wants it, and knows what it was asked. */
final class FakeRepository implements MirroredRepository {
  static final CommitId OLD = new CommitId("a".repeat(40));
  static final CommitId NEW = new CommitId("b".repeat(40));
  static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  final List<UpstreamView.Ref> refs = new ArrayList<>();
  final List<Delivery> deliveries = new ArrayList<>();
  final List<String> asked = new ArrayList<>();
  String url = "https://git.example/acme/fleet.git";
  String state = "ok";
  String reason = "";
  HostLinks.@Nullable Webhook webhook =
      new HostLinks.Webhook(WebhookKind.GITHUB, Path.of("/etc/pullcord-server/webhook.secret"));

  @Override
  public UpstreamView view() {
    return new UpstreamView(
        url, state, reason, AT, reason.isEmpty() ? null : AT, "main", List.copyOf(refs));
  }

  @Override
  public UpstreamView fetch() {
    asked.add("fetch");
    return view();
  }

  @Override
  public UpstreamView acceptRewind(Principal who, UpstreamView.Accept order) {
    String ref = order.ref();
    String why = OrderChecks.reason(order.reason());
    if (refs.stream().noneMatch(r -> r.ref().equals(ref) && r.rewritten())) {
      throw new Refusal(Refusal.Kind.INVALID, "REWIND_MISSING", ref + " is no such ref", "ref");
    }
    if (refs.stream()
        .anyMatch(r ->
            r.ref().equals(ref)
                && order.seen() != null
                && !order.seen().equals(UpstreamView.Accept.seen(r.commit())))) {
      throw new Refusal(Refusal.Kind.CONFLICT, "CHANGED", "nothing was accepted: " + ref, "seen");
    }
    asked.add(who.owner() + " accepts " + ref + ": " + why);
    return view();
  }

  @Override
  public String commitUrl() {
    return "https://git.example/acme/fleet/commit/{commit}?a=1&b=\"<x>\"";
  }

  @Override
  public HostLinks.@Nullable Webhook webhook() {
    return webhook;
  }

  @Override
  public List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  void rewritten(String ref) {
    state = "rewritten";
    reason = ref + ": the upstream took it back";
    refs.add(new UpstreamView.Ref(ref, NEW, false, "the upstream took it back", OLD, true));
  }
}
