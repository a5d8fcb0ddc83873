package dev.pullcord.agent.enroll;

import dev.pullcord.agent.channel.ServerList;
import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.PinnedTrust.ServerPins;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps which keys each server has, when one rotates them ({@code pullcord-server tls rotate}) or
 * vouches for those of another: those of the address that was joined in {@code node.json}, those of
 * the others in the {@link ServerList}. If the disk refuses, the running agent goes on with what it
 * has learned; the next one learns it again.
 */
public final class ServerKeyKeeper implements BiConsumer<String, PinnedTrust.Learned> {
  private static final Logger LOG = LoggerFactory.getLogger(ServerKeyKeeper.class);
  private final Path state;
  private final ServerList servers;

  /** Keeps it in this state directory. */
  public ServerKeyKeeper(Path state, ServerList servers) {
    this.state = state;
    this.servers = servers;
  }

  @Override
  public void accept(String url, PinnedTrust.Learned learned) {
    servers.seen(url, learned.now());
    try {
      // Somebody may have joined another server meanwhile, whose keys are not ours to write.
      Optional<Membership> before =
          Membership.read(state)
              .filter(member -> member.serverUrl().equals(url))
              .filter(member -> learned.before().all().contains(member.serverPin()));
      if (before.isPresent() && !before.get().pins().equals(learned.now())) {
        before.get().with(learned.now()).write(state);
        LOG.info("{}", text(url, before.get().pins(), learned.now()));
      }
    } catch (IOException e) {
      LOG.warn("the keys of {} could not be kept, and are learned again: {}", url, e.getMessage());
    }
  }

  private static String text(String url, ServerPins before, ServerPins now) {
    if (!now.pin().equals(before.pin())) {
      return url + " has another key, " + now.pin() + "; it was vouched for by the key before";
    }
    return now.next() == null
        ? url + " vouches for no other key any more"
        : url + " vouches for the keys " + vouched(now) + "; they are trusted, too";
  }

  private static String vouched(ServerPins now) {
    return now.all().stream().filter(p -> !p.equals(now.pin())).collect(Collectors.joining(", "));
  }
}
