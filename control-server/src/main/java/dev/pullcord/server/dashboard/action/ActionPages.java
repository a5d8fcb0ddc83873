package dev.pullcord.server.dashboard.action;

import dev.pullcord.protocol.action.ActionView;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.action.ActionRuns;
import dev.pullcord.server.action.RunList;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.Secrets;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page of actions and of their last runs, and the page of one run. What a run would do is shown
 * before it is started; what is then confirmed is the list of nodes, not the labels that chose it.
 */
public final class ActionPages implements Pages {
  private static final String ACTIONS = "/ui/actions";
  private static final String RUN = ACTIONS + "/run";
  private static final String ONE = "/ui/runs/{id}";
  private static final int RUNS_SHOWN = 50;
  private static final int NODES_SHOWN = 500;

  private final ActionRuns runs;
  private final StartedPreviews started = new StartedPreviews();

  /** Over those runs. */
  public ActionPages(ActionRuns runs) {
    this.runs = runs;
  }

  /**
   * The page of actions.
   *
   * @param asked what the form says
   * @param problem why that could not be foreseen
   */
  record View(
      Html.Frame frame,
      List<ActionView> actions,
      List<RunRow> runs,
      ActionForm asked,
      @Nullable String problem,
      Instant now) {
    List<String> names() {
      return actions.stream().map(ActionView::name).distinct().toList();
    }
  }

  /**
   * A run that is not started.
   *
   * @param run as it would be
   * @param preview its name: it starts one run
   * @param again why it is shown again though it was confirmed; null where it was not
   */
  record Foreseen(
      Html.Frame frame,
      ActionForm asked,
      RunView run,
      String preview,
      @Nullable Again again,
      Instant now) {
    /** Why what was confirmed was not started. */
    enum Again {
      /** It would be another run by now. */
      CHANGED,
      /** An earlier process of the server showed it, and may have started it. */
      RESTARTED
    }

    List<RunView.NodeRun> runs() {
      return begin(run);
    }

    /** Who runs it at which commit, for the form: that is what is confirmed. */
    String seen() {
      return seen(run);
    }

    static String seen(RunView run) {
      return Secrets.hash(
          begin(run).stream()
              .map(node -> node.name() + " " + node.commit())
              .collect(Collectors.joining("\n")));
    }

    private static List<RunView.NodeRun> begin(RunView run) {
      return run.nodes().stream().filter(node -> !node.state().ended()).toList();
    }

    List<RunView.NodeRun> refused() {
      return run.nodes().stream().filter(node -> node.state().ended()).toList();
    }

    /** {@code web-1}, or {@code 3 nodes}. */
    String whom() {
      List<RunView.NodeRun> nodes = runs();
      return nodes.size() == 1 ? nodes.getFirst().name().value() : nodes.size() + " nodes";
    }

    List<String> names() {
      return run.nodes().stream().map(node -> node.name().value()).toList();
    }

    String commits() {
      return runs().stream()
          .map(node -> String.valueOf(node.commit()).substring(0, 7))
          .distinct()
          .collect(Collectors.joining(", "));
    }
  }

  /**
   * A run.
   *
   * @param nodes those that need somebody first
   * @param notShown how many nodes are left out
   */
  record RunSheet(Html.Frame frame, RunRow row, List<RunPart> nodes, int notShown, Instant now) {
    /** Those that the page tells of, each failure once. */
    List<RunPart> told() {
      return nodes.stream().filter(part -> firstAlike(part).equals(part)).toList();
    }

    /** The others that failed as this one did. */
    List<RunPart> alike(RunPart told) {
      return nodes.stream().filter(part -> part.alike(told) && !part.equals(told)).toList();
    }

    private RunPart firstAlike(RunPart part) {
      return nodes.stream().filter(part::alike).findFirst().orElse(part);
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page(ACTIONS, ctx -> show(support, ctx, HttpStatus.OK, asked(ctx), null)),
        support.answering(ACTIONS + "/foresee", ctx -> foresee(support, ctx)),
        support.answering(RUN, ctx -> run(support, ctx)),
        support.page(ONE, ctx -> one(support, ctx)),
        support.form(ONE + "/cancel", ctx -> "/ui/runs/" + ctx.pathParam("id"), this::cancel));
  }

  private static ActionForm asked(Context ctx) {
    return ActionForm.of(Optional.ofNullable(ctx.queryParam("action")).orElse(""));
  }

  private void show(
      PageSupport support,
      Context ctx,
      HttpStatus status,
      ActionForm asked,
      @Nullable String problem) {
    View view =
        new View(
            support.frame(ctx),
            runs.actions().actions(),
            runs.list().newest(RUNS_SHOWN).stream().map(RunRow::new).toList(),
            asked,
            problem,
            support.now());
    support.show(ctx, status, "action/actions.jte", view);
  }

  private void foresee(PageSupport support, Context ctx) {
    ActionForm asked = ActionForm.of(ctx);
    orAgain(
        support,
        ctx,
        asked,
        () -> {
          RunView run = runs.foresee(support.who(ctx), asked.request());
          preview(support, ctx, asked, run, null);
        });
  }

  private void preview(
      PageSupport support,
      Context ctx,
      ActionForm asked,
      RunView run,
      Foreseen.@Nullable Again again) {
    HttpStatus status = again == null ? HttpStatus.OK : HttpStatus.CONFLICT;
    Foreseen view =
        new Foreseen(support.frame(ctx), asked, run, started.name(), again, support.now());
    support.show(ctx, status, "action/foreseen.jte", view);
  }

  /** A refusal is shown above the form, which keeps what was typed. */
  private void orAgain(PageSupport support, Context ctx, ActionForm asked, Runnable act) {
    try {
      act.run();
    } catch (Refusal e) {
      HttpStatus status = HttpStatus.forStatus(ProblemMapping.status(e.kind()));
      show(support, ctx, status, asked, e.sentence());
    }
  }

  private void run(PageSupport support, Context ctx) {
    ActionForm asked = ActionForm.of(ctx);
    orAgain(support, ctx, asked, () -> run(support, ctx, asked));
  }

  private void run(PageSupport support, Context ctx, ActionForm asked) {
    Principal who = support.who(ctx);
    String preview = param(ctx, "preview");
    if (started.find(preview).isEmpty()) {
      RunView now = runs.foresee(who, asked.request());
      String seen = param(ctx, "seen");
      boolean ours = started.isOurs(preview);
      if (!ours || !seen.equals(Foreseen.seen(now))) {
        Foreseen.Again again = ours ? Foreseen.Again.CHANGED : Foreseen.Again.RESTARTED;
        preview(support, ctx, asked, now, again);
        return;
      }
    }
    long run = started.run(preview, () -> runs.start(who, asked.request()).id());
    support.lead(ctx, "Run " + run + " of " + asked.action() + " has begun.", "/ui/runs/" + run);
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("");
  }

  private String cancel(Context ctx, Principal who) {
    RunView run = runs.cancel(who, found(ctx, false).id());
    return "Run " + run.id() + " is cancelled.";
  }

  private RunView found(Context ctx, boolean output) {
    String id = ctx.pathParam("id");
    return (id.matches("[0-9]{1,18}")
            ? runs.find(Long.parseLong(id), output)
            : Optional.<RunView>empty())
        .orElseThrow(() ->
            new Refusal(
                Refusal.Kind.NOT_FOUND,
                "RUN_MISSING",
                "there is no run " + id + "; the page of actions lists those that are kept",
                "id"));
  }

  private void one(PageSupport support, Context ctx) {
    RunView run = found(ctx, true);
    List<RunPart> nodes =
        run.nodes().stream()
            .map(RunPart::of)
            .sorted(
                Comparator.comparing(RunPart::sign)
                    .thenComparing(part -> part.node().name().value(), NaturalOrder.OF_NAMES))
            .limit(NODES_SHOWN)
            .toList();
    support.show(
        ctx,
        HttpStatus.OK,
        "action/run.jte",
        new RunSheet(
            support.frame(ctx),
            new RunRow(RunList.RunSummary.of(run)),
            nodes,
            run.nodes().size() - nodes.size(),
            support.now()));
  }
}
