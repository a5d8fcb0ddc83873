package dev.pullcord.agent.source;

import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A remote's packs from one commit, or from nothing, to another, in one request. */
@FunctionalInterface
public interface Deltas {
  /** A remote that has none: everything is fetched as git does. */
  Deltas NONE = (_, _) -> Optional.empty();

  /**
   * A thin pack with which {@code want} is complete where {@code have} is.
   *
   * @param have null where nothing is: then the pack has all of {@code want}
   * @return its content, to be closed; nothing when there is none
   * @throws IOException if the remote does not answer
   */
  Optional<InputStream> pack(@Nullable CommitId have, CommitId want) throws IOException;
}
