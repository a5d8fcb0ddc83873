package dev.pullcord.server.dashboard.tokens;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.Html;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.PageSupport;
import dev.pullcord.server.dashboard.Pages;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.operations.InvitationOperations;
import dev.pullcord.server.refusal.ProblemMapping;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of invitations. A join token is in the answer to the form that made it and nowhere else.
 * It takes a form: what a browser may ask for by itself, again after a reload or ahead of a click,
 * must not make secrets.
 */
public final class InvitationPages implements Pages {
  private static final String INVITATIONS = "/ui/invitations";
  private static final int BRANCHES = 100;

  /** So many that are used up or expired are shown; the API has the others. */
  private static final int PAST = 100;

  private final InvitationOperations operations;
  private final Invitations invitations;
  private final CommitSource commits;

  /**
   * The page.
   *
   * @param operations makes them
   * @param invitations those that there are
   * @param commits has the branches that nodes may follow
   */
  public InvitationPages(
      InvitationOperations operations, Invitations invitations, CommitSource commits) {
    this.operations = operations;
    this.invitations = invitations;
    this.commits = commits;
  }

  /**
   * The page.
   *
   * @param open those that let nodes in, those that last longest first
   * @param past those that were used up or have expired
   * @param made the one that was made just now
   * @param asked what the form says
   * @param problem why none was made
   * @param branches what nodes could follow
   * @param home what they follow unless the form says otherwise
   */
  record View(
      Html.Frame frame,
      List<InvitationView> open,
      List<InvitationView> past,
      @Nullable Made made,
      InvitationForm asked,
      @Nullable String problem,
      List<String> branches,
      String home,
      Instant now) {
    Moment moment(Instant at) {
      return new Moment(at);
    }
  }

  /**
   * An invitation with its secret.
   *
   * @param uses how many nodes it lets in
   * @param pattern which names; null for any
   */
  record Made(Invitation invitation, int uses, @Nullable String pattern) {
    /** Everything in one line. Environments are not for other users to read, arguments are. */
    String line() {
      return "PULLCORD_JOIN_TOKEN=" + invitation.token() + " " + invitation.command();
    }

    Moment ends() {
      return new Moment(invitation.expiresAt());
    }
  }

  @Override
  public List<Dashboard.Route> routes(PageSupport support) {
    return List.of(
        support.page(
            INVITATIONS,
            ctx -> show(support, ctx, HttpStatus.OK, null, InvitationForm.NOTHING, null)),
        support.answering(INVITATIONS, ctx -> create(support, ctx)),
        support.form(INVITATIONS + "/{id}/revoke", _ -> INVITATIONS, this::revoke));
  }

  private void create(PageSupport support, Context ctx) {
    InvitationForm asked = InvitationForm.of(ctx);
    Made made;
    try {
      Invitation.Request request = asked.request();
      int uses = request.uses() == null ? 1 : request.uses();
      made = new Made(operations.create(support.who(ctx), request), uses, request.namePattern());
    } catch (Refusal e) {
      show(
          support,
          ctx,
          HttpStatus.forStatus(ProblemMapping.status(e.kind())),
          null,
          asked,
          e.sentence());
      return;
    }
    show(support, ctx, HttpStatus.CREATED, made, InvitationForm.NOTHING, null);
  }

  private void show(
      PageSupport support,
      Context ctx,
      HttpStatus status,
      @Nullable Made made,
      InvitationForm asked,
      @Nullable String problem) {
    List<InvitationView> all = invitations.list();
    View view =
        new View(
            support.frame(ctx),
            all.stream().filter(i -> i.state() == InvitationView.State.OPEN).toList(),
            all.stream().filter(i -> i.state() != InvitationView.State.OPEN).limit(PAST).toList(),
            made,
            asked,
            problem,
            commits.heads().keySet().stream().sorted().limit(BRANCHES).toList(),
            commits.defaultBranch(),
            support.now());
    support.show(ctx, status, "tokens/invitations.jte", view);
  }

  private String revoke(Context ctx, Principal who) {
    String id = ctx.pathParam("id");
    invitations.revoke(who, id);
    return "The invitation " + id + " is revoked: no node joins with it any more.";
  }
}
