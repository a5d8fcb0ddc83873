package dev.pullcord.server.audit;

import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.AuditTable;
import org.jspecify.annotations.Nullable;

/** An entry of the audit log as people would say it. */
public final class AuditSentences {
  private AuditSentences() {}

  /** {@code alice pinned grep-3 to v2 (3f2a91c) for 2h: to compare}. */
  public static String of(AuditTable.Act entry) {
    String said = entry.refused() ? refused(entry) : done(entry);
    return entry.times() == 1 ? said : said + ", " + entry.times() + " times more";
  }

  private static String done(AuditTable.Act e) {
    String who = e.who();
    String on = e.subject();
    return switch (e.what()) {
      case "pin" -> who + " pinned " + on + " to " + text(e.after());
      case "unpin" -> who + " ended the pin of " + on + " to " + text(e.before());
      case "pin.expire" -> "the pin of " + on + " ended by itself: " + text(e.before());
      case "run" -> who + " ran the action " + on + ": " + text(e.after());
      case "run.cancel" -> who + " cancelled " + text(e.after());
      case "retry" -> who + " let " + on + " try again what it had given up";
      case "rollout.pause" -> who + " paused the rollout to " + on + " " + text(e.after());
      case "rollout.resume" -> who + " resumed the rollout to " + on + " " + text(e.after());
      case "rollout.promote" -> who + " promoted the rollout to " + on + " " + text(e.after());
      case "suspend" -> who + " suspended " + on + " " + text(e.after());
      case "resume-node" -> who + " ended the suspension of " + on + " " + text(e.before());
      case "suspend.expire" -> "the suspension of " + on + " ended by itself: " + text(e.before());
      case "freeze" -> who + " froze " + on + ": " + text(e.after());
      case "unfreeze" -> who + " ended the freeze of " + on + ", which was " + text(e.before());
      case "freeze.expire" -> "the freeze of " + on + " ended by itself: " + text(e.before());
      case "rollback" -> who + " rolled " + on + " back to " + text(e.after());
      case "rollback.end" -> who + " ended the rollback of " + on + " to " + text(e.before());
      case "rollback.expire" ->
          "the rollback of " + on + " to " + text(e.before()) + " ended by itself";
      case "rollback.pushed" ->
          who + " pushed to " + on + ", which ended the rollback to " + text(e.before());
      case "worker.stop" -> who + " stopped a worker of " + on + ": " + text(e.after());
      case "worker.kill" -> who + " killed a generation of " + on + ": " + text(e.after());
      case "worker.start" -> who + " started a worker of " + on + ": " + text(e.after());
      case "worker.restart" -> who + " restarted a worker of " + on + ": " + text(e.after());
      case "follow" ->
          who + " made " + on + " follow " + text(e.after()) + " in place of " + text(e.before());
      case "label" ->
          who + " labelled " + on + ": " + text(e.after()) + " in place of " + text(e.before());
      case "node.remove" -> who + " removed the node " + on;
      case "node.join" -> "the node " + on + " joined; it follows " + text(e.after());
      case "node.two-hosts" -> "two hosts use the key of " + on + ": " + text(e.after());
      case "node.two-hosts-over" -> "one host uses the key of " + on + " again: " + text(e.after());
      case "node.ahead" -> "the node " + on + " has seen more than this server: " + text(e.after());
      case "invite" -> who + " made invitation " + on + " for " + text(e.after());
      case "invite.revoke" -> who + " revoked invitation " + on + " for " + text(e.before());
      case "token.create" -> who + " made the token " + on + ": " + text(e.after());
      case "token.revoke" -> who + " revoked the token " + on + ": " + text(e.before());
      case "restore" -> who + " restored the server from a backup: " + text(e.after());
      case "sign-in" -> who + " signed in";
      case "sign-out" -> who + " signed out of " + on;
      case "gate.open", "gate.stop", "gate.end" -> gate(e);
      case "push" -> pushed(e);
      case "fetch", "rewind.accept" -> upstream(e);
      case "ref.found" -> "the server started and found " + on + " at " + commit(e.after());
      default ->
          who
              + ": "
              + e.what()
              + " "
              + on
              + (e.before() == null ? "" : ", before: " + e.before())
              + (e.after() == null ? "" : ", after: " + e.after());
    };
  }

  private static String gate(AuditTable.Act e) {
    return switch (e.what()) {
      case "gate.open" ->
          "%s opened a gate for %s: %s".formatted(e.who(), e.subject(), text(e.after()));
      case "gate.stop" ->
          "%s ended the gate for %s at %s".formatted(e.who(), e.subject(), commit(e.before()));
      default ->
          "the gate for %s at %s ended: %s"
              .formatted(e.subject(), commit(e.before()), text(e.after()));
    };
  }

  private static String upstream(AuditTable.Act e) {
    if (e.what().equals("rewind.accept")) {
      return "%s let %s go from %s where the upstream is: %s"
          .formatted(e.who(), e.subject(), text(e.before()), text(e.after()));
    }
    return e.before() == null
        ? "the upstream moved %s, new at %s".formatted(e.subject(), commit(e.after()))
        : "the upstream moved %s from %s to %s"
            .formatted(e.subject(), commit(e.before()), commit(e.after()));
  }

  private static String pushed(AuditTable.Act e) {
    if (e.after() == null) {
      return e.who() + " deleted " + e.subject() + ", which was at " + commit(e.before());
    }
    return e.before() == null
        ? e.who() + " pushed " + e.subject() + ", new at " + commit(e.after())
        : e.who()
            + " pushed "
            + e.subject()
            + " from "
            + commit(e.before())
            + " to "
            + commit(e.after());
  }

  private static String refused(AuditTable.Act e) {
    String why = text(e.after() == null ? null : CodedText.sentence(e.after()));
    return switch (e.what()) {
      case "denied" -> e.who() + " was refused " + e.subject() + ": " + why;
      case "push.refused" -> "a push by " + e.who() + " to " + e.subject() + " was refused: " + why;
      case "sign-in.failed" -> "somebody could not sign in: " + why;
      case "join.refused" -> "a node that calls itself " + e.subject() + " was not let in: " + why;
      case "token.refused" -> "a token was refused at " + e.subject() + ": " + why;
      case "key.refused" -> "a key was refused at " + e.subject() + ": " + why;
      case "webhook.refused" -> "a webhook to " + e.subject() + " was refused: " + why;
      case "form.refused" -> "a form of " + e.who() + " to " + e.subject() + " was refused: " + why;
      case "rollout.pause", "rollout.resume", "rollout.promote" ->
          "%s could not %s the rollout to %s: %s"
              .formatted(e.who(), e.what().substring("rollout.".length()), e.subject(), why);
      case "rollback" -> e.who() + " could not roll " + e.subject() + " back: " + why;
      case Refusals.MANY -> "others were refused too, so many that they were only counted";
      default -> e.who() + ": " + e.what() + " " + e.subject() + ": " + why;
    };
  }

  private static String commit(@Nullable String text) {
    return text != null && text.matches("[0-9a-f]{40}")
        ? new CommitId(text).abbreviated()
        : text(text);
  }

  /** Keys and moments are short in a sentence; the entry has them whole. */
  private static String text(@Nullable String text) {
    return text == null || text.isEmpty()
        ? "nothing"
        : text.replaceFirst("^([A-Z_]+)  ", "$1 ")
            .replaceAll("\\b([0-9a-f]{12})[0-9a-f]{52}\\b", "$1…")
            .replaceAll("(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d:\\d\\d):\\d\\d(\\.\\d+)?Z", "$1 $2 UTC");
  }
}
