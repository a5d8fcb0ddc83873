package dev.pullcord.agent.channel;

import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.ServerAddress;
import java.time.Duration;
import java.util.List;

/**
 * Goes on to the next server of the node when the one that it speaks to is away, round and round.
 * All that goes over the connection goes to the same server.
 */
public final class ServerRotation {
  /** So many rounds without a success follow each other closely: another server needs seconds. */
  private static final int EAGER_ROUNDS = 30;

  private static final Duration EAGER_MAX = Duration.ofSeconds(4);

  private final AgentHttp http;
  private final ServerList servers;
  private int tried;
  private int rounds;

  /** Over that connection, beginning with the server of last time. */
  public ServerRotation(AgentHttp http, ServerList servers) {
    this.http = http;
    this.servers = servers;
    if (servers.size() > 1) {
      http.goTo(servers.first());
    }
  }

  /** The connection. */
  AgentHttp http() {
    return http;
  }

  /** The server that is spoken to now. */
  public String url() {
    return http.url("");
  }

  /** How many servers there are to ask. */
  int size() {
    return servers.size();
  }

  /** Takes the addresses that a server told. */
  public void learn(List<String> urls) {
    servers.learn(urls);
  }

  /** That server takes this node. */
  public synchronized void connected(String url) {
    tried = 0;
    rounds = 0;
    servers.connected(url);
  }

  /**
   * Goes on to the next server, where that answer of this one is a reason and there is another.
   *
   * @return whether another server is spoken to now, by this or by somebody else who asked
   */
  public synchronized boolean leave(String url, Answer<?> answer) {
    if (!url().equals(url)) {
      return true;
    }
    if (servers.size() < 2 || !isAway(answer)) {
      return false;
    }
    http.goTo(servers.after(url));
    tried++;
    return true;
  }

  /** The servers that are not spoken to now. */
  List<ServerAddress> others() {
    return servers.others(url());
  }

  /**
   * Goes over to a server that is known to be active.
   *
   * @return false where another one is spoken to already
   */
  synchronized boolean goOver(String from, ServerAddress to) {
    if (!url().equals(from)) {
      return false;
    }
    tried = 0;
    rounds = 0;
    http.goTo(to);
    return true;
  }

  /** How long to wait before the server of now is asked: only after a whole round. */
  public synchronized Duration pause(boolean moved, Backoff backoff) {
    if (moved && tried < servers.size()) {
      return Duration.ZERO;
    }
    tried = 0;
    rounds++;
    Duration asked = http.retryAfter().left();
    return servers.size() > 1 && rounds <= EAGER_ROUNDS
        ? backoff.next(asked, EAGER_MAX)
        : backoff.next(asked);
  }

  /**
   * Whether a server that answers so is gone, or waits for its turn; a stream's end is that, too.
   */
  private static boolean isAway(Answer<?> answer) {
    return switch (answer) {
      case Answer.Refused<?> no -> no.status() >= 502 && no.status() <= 504;
      case Answer.Failed<?> _, Answer.Value<?> _ -> true;
    };
  }
}
