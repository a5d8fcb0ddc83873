package dev.pullcord.server.dashboard.repository;

import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.dashboard.UpstreamLinks;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.MirrorTable.Delivery;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the repository lives: the mirror with its refs and webhooks, or how to push here. */
public final class RepositoryPages implements Pages {
  private static final String PAGE = "/ui/repository";

  /** By the state of the API. */
  private static final Map<String, String> HEADLINES =
      Map.of(
          "ok", "In step with the upstream",
          "empty", "The upstream is empty",
          "stale", "Not fetched lately",
          "refused", "The upstream refuses",
          "unreachable", "The upstream is unreachable",
          "rewritten", "The upstream was rewritten");

  private final Optional<? extends MirroredRepository> repository;

  /** The page; the repository is empty where people push to this server. */
  public RepositoryPages(Optional<? extends MirroredRepository> repository) {
    this.repository = repository;
  }

  /**
   * The page of a mirror.
   *
   * @param webhook null where none is configured
   * @param deliveries the newest first
   */
  record View(
      Html.Frame frame,
      UpstreamView upstream,
      HostLinks.@Nullable Webhook webhook,
      List<Delivery> deliveries,
      Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }

    Tone tone() {
      return switch (upstream.state()) {
        case "ok" -> heldBack() == 0 ? Tone.GOOD : Tone.BAD;
        case "empty" -> Tone.NONE;
        default -> Tone.BAD;
      };
    }

    int heldBack() {
      return WayOut.heldBack(upstream);
    }

    /** The state of the mirror, and that of its refs where that is worse. */
    String says() {
      return upstream.state().equals("ok") && heldBack() > 0
          ? "Fetched, with %s held back".formatted(Counted.of(heldBack(), "ref"))
          : HEADLINES.getOrDefault(upstream.state(), upstream.state());
    }

    /** How that looks: never by colour alone. */
    String sign() {
      return switch (tone()) {
        case GOOD -> "✓";
        case BUSY -> "▸";
        case BAD -> "✗";
        case NONE -> "○";
      };
    }

    /** Why it is not well, as people are told. */
    String reason() {
      return WayOut.withoutCommand(CodedText.sentence(upstream.reason()));
    }

    /** The code of that, by which the documentation finds it; empty where there is none. */
    String code() {
      return CodedText.code(upstream.reason()).orElse("");
    }

    /** What is wrong with a ref, as people are told. */
    String problem(UpstreamView.Ref ref) {
      return WayOut.withoutCommand(CodedText.sentence(ref.problem()));
    }

    /** The code of that. */
    String code(UpstreamView.Ref ref) {
      return CodedText.code(ref.problem()).orElse("");
    }

    String wayOut() {
      return WayOut.of(upstream);
    }

    /** Where the host sends its webhook. */
    String address(HostLinks.Webhook configured) {
      return frame.addresses().people().resolve(configured.kind().path()).toString();
    }

    HostSettings settings(HostLinks.Webhook configured) {
      return HostSettings.of(configured.kind());
    }
  }

  /** The page of a server that people push to. */
  record PushHere(Html.Frame frame, Instant now) {}

  @Override
  public Optional<UpstreamLinks> links() {
    return repository.map(r -> new UpstreamLinks(true, r.commitUrl()));
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page(PAGE, ctx -> show(support, ctx)),
        support.form(PAGE + "/fetch", _ -> PAGE, (_, _) -> fetch()),
        support.form(PAGE + "/accept-rewind", _ -> PAGE, this::acceptRewind));
  }

  private void show(PageSupport support, Context ctx) {
    Html.Frame frame = support.frame(ctx);
    Instant now = support.now();
    if (repository.isEmpty()) {
      support.show(ctx, HttpStatus.OK, "repository/here.jte", new PushHere(frame, now));
      return;
    }
    MirroredRepository mirrored = repository.get();
    support.show(
        ctx,
        HttpStatus.OK,
        "repository/repository.jte",
        new View(frame, mirrored.view(), mirrored.webhook(), mirrored.deliveries(), now));
  }

  private String fetch() {
    UpstreamView view = mirrored().fetch();
    if (!view.reason().isEmpty()) {
      throw new Refusal(
          Refusal.Kind.UNAVAILABLE,
          "UPSTREAM",
          view.state() + ": " + CodedText.sentence(view.reason()),
          null);
    }
    return "Fetched: the server has what the upstream has.";
  }

  private String acceptRewind(Context ctx, Principal who) {
    String ref = param(ctx, "ref");
    String seen = param(ctx, "seen");
    mirrored()
        .acceptRewind(
            who, new UpstreamView.Accept(ref, param(ctx, "reason"), seen.isEmpty() ? null : seen));
    return ref + " is where the upstream has it; nodes that follow it go there.";
  }

  /** Where the page says that a ref goes: a commit, or that it is deleted. */
  static String seen(UpstreamView.Ref ref) {
    return UpstreamView.Accept.seen(ref.commit());
  }

  private MirroredRepository mirrored() {
    return repository.orElseThrow(() ->
        new Refusal(
            Refusal.Kind.NOT_FOUND,
            "UPSTREAM_MISSING",
            "this server mirrors no repository: people push to it",
            null));
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }
}
