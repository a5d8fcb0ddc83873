package dev.pullcord.agent.enroll;

import dev.pullcord.agent.channel.ServerList;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.agent.http.PeoplesPort;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes this node known to a server.
 *
 * <p>Order: the token is read, the key made and forced to disk, the server's key compared with the
 * token's pin (nothing is sent to another one), the token's secret sent, the answer written down.
 * Cut off anywhere, the same command does the rest: the same key and token get the same answer.
 */
public final class Join {
  private static final String ENROLL = "/agent/v1/enroll";
  static final String DECISION = "desired.json";
  private static final String KEY_ENROLLED = "KEY_ENROLLED";
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int INTERNAL_ERROR = 500;

  private final Path state;
  private final FormerIdentity former;
  private final HostClock clock;

  /**
   * @param state a state directory that this process has locked
   */
  public Join(Path state, HostClock clock) {
    this.state = state;
    this.former = new FormerIdentity(state);
    this.clock = clock;
  }

  /**
   * What was asked for.
   *
   * @param url the agents' port
   * @param token as it was given
   * @param name what the node wants to be called
   * @param ref what it wants to follow; null for the token's default
   * @param anew whether this is to become another node, with another key, whatever it was before:
   *     for a copy of another host
   */
  public record Request(String url, String token, String name, @Nullable String ref, boolean anew) {
    @Override
    public String toString() {
      return "Request[" + url + ", " + name + "]";
    }
  }

  /** Whether a join anew in that state directory was begun, and has not come to its end. */
  public static boolean isUnderWay(Path state) {
    return new FormerIdentity(state).isAside();
  }

  /**
   * Makes the node again who it was, where a join anew was cut off before it had joined.
   *
   * @return whether there was any such
   */
  public static boolean undo(Path state) throws IOException {
    return new FormerIdentity(state).undo();
  }

  /** The files of that state directory that a join may write; some of them may not be there. */
  public static List<Path> files(Path state) {
    return new FormerIdentity(state).files();
  }

  /** Joins, or says why not; then it is who it was before. */
  public JoinResult run(Request request) {
    try {
      if (request.anew()) {
        ServerAddress.checked(request.url());
        JoinToken.parse(request.token());
        former.setAside();
      }
      JoinResult result = join(request);
      if (result instanceof JoinResult.Joined(_, boolean already)) {
        former.forget(!already);
      } else if (request.anew()) {
        former.putBack();
      }
      return result;
    } catch (IllegalArgumentException e) {
      return usage(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new JoinResult.NotJoined(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private JoinResult join(Request request) {
    try {
      String url = ServerAddress.checked(request.url());
      Optional<Membership> before = Membership.read(state);
      if (before.isPresent() && !isTheSame(before.get(), url, request.token())) {
        return usage(
            "this state directory belongs to node "
                + before.get().node()
                + " of "
                + before.get().serverUrl()
                + " — use another --state, or remove "
                + state.resolve("node.json")
                + " to leave that server");
      }
      boolean sameAddress = before.isPresent() && before.get().serverUrl().equals(url);
      if (sameAddress && stillMember(before.get())) {
        return new JoinResult.Joined(before.get(), true);
      }
      JoinToken token = JoinToken.parse(request.token());
      return enroll(request, new ServerAddress(url, token.serverPin()), token);
    } catch (IllegalArgumentException e) {
      return usage(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new JoinResult.NotJoined(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** The same address, or a token of the same server, which then has moved. */
  private static boolean isTheSame(Membership before, String url, String token) {
    if (before.serverUrl().equals(url)) {
      return true;
    }
    String pin = JoinToken.parse(token).serverPin();
    return before.pins().all().contains(pin);
  }

  /** Whether the server of before knows this node, or cannot be asked. */
  private boolean stillMember(Membership before) throws IOException {
    if (!NodeKeyFiles.arePresent(state)) {
      return false; // a node without its key is none any more: it joins with another
    }
    try (AgentHttp http = new AgentHttp(before.server(), NodeKeyFiles.read(state), clock)) {
      return switch (http.get("/agent/v1/desired", DesiredState.class)) {
        case Answer.Value<DesiredState> _ -> true;
        case Answer.Refused<DesiredState> no -> no.status() != 401 && no.status() != 403;
        case Answer.Failed<DesiredState> failed -> failed.why() != Answer.Why.PIN_MISMATCH;
      };
    }
  }

  private JoinResult enroll(Request request, ServerAddress server, JoinToken token)
      throws IOException {
    NodeName name = new NodeName(request.name());
    former.takeUp(token.id(), name);
    NodeKey key = NodeKeyFiles.readOrCreate(state);
    if (request.anew()) {
      former.isAsking(token.id(), name);
    }
    EnrollRequest body = new EnrollRequest(token.id(), token.secret(), name, request.ref());
    try (AgentHttp http = new AgentHttp(server, key, clock)) {
      Answer<EnrollReply> answer = http.post(ENROLL, body, EnrollReply.class);
      if (takesNothingIn(answer)) {
        former.isRefused(token.id(), name);
      }
      return switch (answer) {
        case Answer.Value<EnrollReply>(EnrollReply reply) -> {
          if (!NodeKeyFiles.read(state).id().equals(key.id())) {
            throw new IOException("the agent was started meanwhile: run the same command again");
          }
          Membership membership = Membership.of(reply, server.url(), http.pins());
          // It was another server's, or another node's: this one's first decision has to count.
          AtomicFiles.remove(state.resolve(DECISION));
          AtomicFiles.remove(state.resolve(ServerList.FILE));
          membership.write(state);
          yield new JoinResult.Joined(membership, false);
        }
        case Answer.Refused<EnrollReply> no when no.status() == 401 ->
            new JoinResult.NotJoined(
                ExitCode.REFUSED,
                no.code()
                    + "  "
                    + server.url()
                    + " does not take this token. It is meant for this"
                    + " server and it is not damaged, so it has expired, was used by another node,"
                    + " or was withdrawn — ask for a new one: pullcord invite");
        case Answer.Refused<EnrollReply> no ->
            new JoinResult.NotJoined(ExitCode.REFUSED, no.problem());
        case Answer.Failed<EnrollReply>(Answer.Why why, String reason) ->
            new JoinResult.NotJoined(
                ExitCode.UNREACHABLE,
                why == Answer.Why.PIN_MISMATCH ? wrongServer(server.url(), reason) : reason);
      };
    }
  }

  /**
   * Whether the server says that it has not let this key in. One that has a fault may have done so;
   * one that was not reached, or knows the key by another token, may have done so before.
   */
  private static boolean takesNothingIn(Answer<EnrollReply> answer) {
    return answer instanceof Answer.Refused<EnrollReply> no
        && no.status() < INTERNAL_ERROR
        && no.status() != TOO_MANY_REQUESTS
        && !no.code().equals(KEY_ENROLLED);
  }

  private static String wrongServer(String url, String reason) {
    return PeoplesPort.answersAt(url)
        ? "WRONG_PORT  "
            + url
            + " is the people's port of a server; agents have a port of their own, 8421 where"
            + " nobody set another: pullcord invite prints the whole command"
        : "the token was made by another server than the one that answers: " + reason;
  }

  private static JoinResult usage(String reason) {
    return new JoinResult.NotJoined(ExitCode.USAGE, reason);
  }
}
