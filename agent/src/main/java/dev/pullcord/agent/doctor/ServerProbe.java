package dev.pullcord.agent.doctor;

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
   * @param member who asked whom
   * @param answer of the server
   * @param at when it was there, by this host's clock
   */
  record Contact(Membership member, Answer<DesiredState> answer, Instant at) {}

  /** Empty for a node that has joined no server. */
  Optional<Contact> contact() throws IOException {
    Optional<Membership> member = Membership.read(state);
    if (made == null && member.isPresent()) {
      made = ask(member.get());
    }
    return Optional.ofNullable(made);
  }

  private Contact ask(Membership member) throws IOException {
    try (AgentHttp http = new AgentHttp(member.server(), NodeKeyFiles.read(state), clock)) {
      Answer<DesiredState> answer = http.get("/agent/v1/desired", DesiredState.class);
      return new Contact(member, answer, clock.now());
    }
  }
}
