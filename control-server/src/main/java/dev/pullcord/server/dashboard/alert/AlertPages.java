package dev.pullcord.server.dashboard.alert;

import dev.pullcord.protocol.api.AlertsView;
import dev.pullcord.protocol.api.AlertsView.Message;
import dev.pullcord.server.alert.Alerts;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The page of the outbox: who is told, what was told, and what could not be. */
public final class AlertPages implements Pages {
  private static final String PAGE = "/ui/alerts";
  private static final int NEWEST = 20;

  private final Alerts alerts;

  /** The page of those alerts. */
  public AlertPages(Alerts alerts) {
    this.alerts = alerts;
  }

  /**
   * The page.
   *
   * @param may whether the reader may test and retry
   */
  record View(Html.Frame frame, AlertsView alerts, boolean may, Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }

    /** How often a message was tried, before the reason of the last time. */
    String tries(Message message) {
      return switch (message.tries()) {
        case 0 -> "";
        case 1 -> "1 try: ";
        default -> message.tries() + " tries: ";
      };
    }

    /** What failed, unless its receiver's line says the same. */
    String problem(Message message) {
      Message last = last(message.receiver());
      return last != null && last.problem().equals(message.problem()) && known(message)
          ? ""
          : message.problem();
    }

    /** What the page shows at once. */
    List<OutboxLine> newest() {
      return OutboxLine.of(alerts.messages()).stream().limit(NEWEST).toList();
    }

    /** What it shows when it is asked to. */
    List<OutboxLine> older() {
      return OutboxLine.of(alerts.messages()).stream().skip(NEWEST).toList();
    }

    /** What this reader can have tried again of that line. */
    List<Long> toRetry(OutboxLine line) {
      return ids(line.messages().stream().filter(this::known));
    }

    /** What this reader can have tried again at that receiver. */
    List<Long> toRetry(AlertsView.Receiver receiver) {
      return ids(alerts.messages().stream().filter(m -> m.receiver().equals(receiver.name())));
    }

    private List<Long> ids(Stream<Message> messages) {
      return may
          ? messages.filter(m -> !m.state().equals("delivered")).map(Message::id).toList()
          : List.of();
    }

    /** Whether the message's receiver is there to be told. */
    private boolean known(Message message) {
      return alerts.receivers().stream().anyMatch(r -> r.name().equals(message.receiver()));
    }

    /** The newest message to a receiver of which something is known; null for none. */
    @Nullable Message last(String receiver) {
      return alerts.messages().stream()
          .filter(m -> m.receiver().equals(receiver) && m.tries() > 0)
          .findFirst()
          .orElse(null);
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page(PAGE, ctx -> show(support, ctx)),
        support.form("/ui/alerts/test", _ -> PAGE, this::test),
        support.form("/ui/alerts/retry", _ -> PAGE, this::retry));
  }

  private void show(PageSupport support, Context ctx) {
    boolean may = support.who(ctx).role().compareTo(Principal.Role.OPERATOR) >= 0;
    support.show(
        ctx,
        HttpStatus.OK,
        "alert/alerts.jte",
        new View(support.frame(ctx), alerts.view(), may, support.now()));
  }

  private String test(Context ctx, Principal who) {
    AlertsView.Test test = alerts.test(who, param(ctx, "receiver"));
    return test.delivered()
        ? test.receiver()
            + " took the test message"
            + (test.problem().isEmpty() ? "." : ": " + test.problem())
        : test.receiver() + " was not told: " + test.problem();
  }

  private String retry(Context ctx, Principal who) {
    List<String> ids = ctx.formParams("id");
    if (ids.isEmpty() || !ids.stream().allMatch(id -> id.matches("[0-9]{1,18}"))) {
      throw new Refusal(
          Refusal.Kind.MALFORMED, "PARAMETER", "id: the number of a message expected", "id");
    }
    if (ids.size() == 1) {
      return "Message "
          + alerts.retry(who, Long.parseLong(ids.getFirst())).id()
          + " is tried again.";
    }
    int tried = 0;
    for (String id : ids) {
      tried += retried(who, Long.parseLong(id)) ? 1 : 0;
    }
    return tried == ids.size()
        ? tried + " messages are tried again."
        : "%d of %d messages are tried again; the others were delivered meanwhile, or are gone."
            .formatted(tried, ids.size());
  }

  private boolean retried(Principal who, long id) {
    try {
      alerts.retry(who, id);
      return true;
    } catch (Refusal _) {
      return false;
    }
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }
}
