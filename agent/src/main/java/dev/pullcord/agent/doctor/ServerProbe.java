package dev.pullcord.agent.doctor;

import dev.pullcord.agent.channel.ServerList;
import dev.pullcord.agent.channel.ServerRotation;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.enroll.NodeKeyFiles;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.protocol.desired.DesiredState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the node's server once, with the node's key, for all checks that want to know. */
final class ServerProbe {
  private final Path state;
  private final HostClock clock;
  private @Nullable Contact made;

  ServerProbe(Path state, HostClock clock) {
    this.state = state;
    this.clock = clock;
  }

  /**
   * What came of asking.
   *
   * @param member who asked
   * @param url whom: the first server that answers and is no standby, else the last one asked
   * @param answer of the server
   * @param at when it was there, by this host's clock
   */
  record Contact(Membership member, String url, Answer<DesiredState> answer, Instant at) {}

  /** Empty for a node that has joined no server. */
  Optional<Contact> contact() throws IOException {
    Optional<Membership> member = Membership.read(state);
    if (made == null && member.isPresent()) {
      made = ask(member.get());
    }
    return Optional.ofNullable(made);
  }

  private Contact ask(Membership member) throws IOException {
    ServerList servers = ServerList.open(state, member.server());
    try (AgentHttp http = new AgentHttp(servers.first(), NodeKeyFiles.read(state), clock)) {
      ServerRotation rotation = new ServerRotation(http, servers);
      Answer<DesiredState> answer;
      String url;
      int left = servers.size();
      do {
        url = http.url("");
        answer = http.get("/agent/v1/desired", DesiredState.class);
        left--;
      } while (left > 0 && answer.orNull() == null && rotation.leave(url, answer));
      return new Contact(member, url, answer, clock.now());
    }
  }
}
