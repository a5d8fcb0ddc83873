package dev.pullcord.agent.channel;

import dev.pullcord.agent.http.Answer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once what keeps the server away, and once that it is back. */
final class ContactLog {
  private static final Logger LOG = LoggerFactory.getLogger(ServerChannel.class);

  private final String joinHint;
  private String problem = "";
  private boolean forUs;

  ContactLog(String joinHint) {
    this.joinHint = joinHint;
  }

  /** What keeps the server away and what to do; null while nothing does. */
  synchronized @Nullable String problem() {
    return problem.isEmpty() ? null : problem + (forUs ? "; to come back: " + joinHint : "");
  }

  synchronized void connected() {
    LOG.info(problem.isEmpty() ? "connected to the server" : "connected to the server again");
    problem = "";
  }

  synchronized void heard(Answer<?> answer) {
    String now = answer.problem();
    if (now.isEmpty() || now.equals(problem)) {
      return;
    }
    problem = now;
    forUs =
        answer instanceof Answer.Refused<?>(int status, _, _, _)
            && (status == 401 || status == 403);
    if (forUs) {
      LOG.error("{} — the workers go on as they are; to come back: {}", now, joinHint);
    } else {
      LOG.warn("{} — the last decision stands", now);
    }
  }
}
