package dev.pullcord.server.dashboard.search;

import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The answer to the search box; where one thing alone can be meant, that thing's own page. */
public final class SearchPages implements Pages {
  private static final int WORDS_MAX = 200;
  private final FleetReader fleet;

  /** Over that fleet. */
  public SearchPages(FleetReader fleet) {
    this.fleet = fleet;
  }

  /**
   * The page.
   *
   * @param words what was looked for
   */
  record View(Html.Frame frame, String words, Finds finds, Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }

    StateSign sign(NodeView node) {
      return StateSign.of(node.state());
    }

    String deploymentsOf(String branch) {
      return "/ui/deployments?ref=" + URLEncoder.encode(branch, StandardCharsets.UTF_8);
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(support.page("/ui/search", ctx -> search(support, ctx)));
  }

  private void search(PageSupport support, Context ctx) {
    String typed = Optional.ofNullable(ctx.queryParam("q")).orElse("").strip();
    String words = typed.length() > WORDS_MAX ? typed.substring(0, WORDS_MAX) : typed;
    Finds finds = Finds.of(fleet, words);
    if (finds.exact() != null) {
      ctx.redirect(finds.exact(), HttpStatus.SEE_OTHER);
      return;
    }
    support.show(
        ctx,
        HttpStatus.OK,
        "search/search.jte",
        new View(support.frame(ctx), words, finds, support.now()));
  }
}
