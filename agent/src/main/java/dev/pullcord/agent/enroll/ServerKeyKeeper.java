package dev.pullcord.agent.enroll;

import dev.pullcord.base.tls.PinnedTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps which keys the server has when it rotates them ({@code pullcord-server tls rotate}). If the
 * disk refuses, the running agent goes on with what it has learned; the next one learns it again.
 */
public final class ServerKeyKeeper implements Consumer<PinnedTrust.Learned> {
  private static final Logger LOG = LoggerFactory.getLogger(ServerKeyKeeper.class);
  private final Path state;

  /** Keeps it in this state directory. */
  public ServerKeyKeeper(Path state) {
    this.state = state;
  }

  @Override
  public void accept(PinnedTrust.Learned learned) {
    String now = text(learned);
    try {
      Optional<Membership> member = Membership.read(state);
      // Somebody may have joined another server meanwhile, whose keys are not ours to write.
      if (member.isPresent() && member.get().pins().equals(learned.before())) {
        member.get().with(learned.now()).write(state);
      }
      LOG.info("{}", now);
    } catch (IOException e) {
      LOG.warn("{}; this could not be kept, and is learned again: {}", now, e.getMessage());
    }
  }

  private static String text(PinnedTrust.Learned learned) {
    String has = learned.now().pin();
    if (!has.equals(learned.before().pin())) {
      return "the server has its next key, " + has + "; it was vouched for by the key before";
    }
    return learned.now().next() == null
        ? "the server does not speak of a next key any more"
        : "the server will have another key, "
            + learned.now().next()
            + "; both are trusted until then";
  }
}
