package dev.pullcord.agent.channel;

import dev.pullcord.agent.http.Answer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once what keeps the server away, and once that it is back. */
final class ContactLog {
  private static final Logger LOG = LoggerFactory.getLogger(ServerChannel.class);

  private final String joinHint;
  private final Map<String, String> problems = new HashMap<>();
  private String problem = "";
  private String left = "";
  private @Nullable String moved;
  private boolean forUs;

  ContactLog(String joinHint) {
    this.joinHint = joinHint;
  }

  /** What keeps the server away and what to do; null while nothing does. */
  synchronized @Nullable String problem() {
    return problem.isEmpty() ? null : problem + (forUs ? "; to come back: " + joinHint : "");
  }

  /** Why this server is not the one before; null where it is. */
  synchronized @Nullable String moved() {
    return moved;
  }

  /** The stream at that server is open. */
  synchronized void connected(String url) {
    if (!left.isEmpty()) {
      moved = left;
      LOG.info("connected to {}; left the server before: {}", url, left);
    } else {
      String again = problem.isEmpty() ? "" : " again";
      LOG.info("connected to the server{}", again);
    }
    problem = "";
    left = "";
    problems.clear();
  }

  /** Another server is tried, because of that answer of the one before. */
  synchronized void leaves(String url, Answer<?> answer) {
    if (left.isEmpty()) {
      left = answer instanceof Answer.Value<?> ? url + " ended the stream" : answer.problem();
    }
  }

  /** What came from that server; each of several servers can have a trouble of its own. */
  synchronized void heard(String url, Answer<?> answer) {
    String now = answer.problem();
    if (now.isEmpty()) {
      return;
    }
    problem = now;
    forUs =
        answer instanceof Answer.Refused<?>(int status, _, _, _)
            && (status == 401 || status == 403);
    if (now.equals(problems.put(url, now))) {
      return;
    }
    if (forUs) {
      LOG.error("{} — the workers go on as they are; to come back: {}", now, joinHint);
    } else {
      LOG.warn("{} — the last decision stands", now);
    }
  }
}
