package dev.pullcord.agent.source;

import dev.pullcord.protocol.channel.StepPack;
import dev.pullcord.protocol.id.CommitId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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

  /**
   * The pack that came with the newest event, in front of a remote that is asked for all others. A
   * pack is given out once: one that is no good is not taken for another try, which asks the
   * remote.
   */
  final class Sent implements Consumer<StepPack> {
    private final AtomicReference<@Nullable StepPack> newest = new AtomicReference<>();

    @Override
    public void accept(StepPack pack) {
      newest.set(pack);
    }

    /** That remote, behind this. */
    Deltas before(Deltas remote) {
      return (have, want) -> {
        Optional<InputStream> here = take(have, want);
        return here.isPresent() ? here : remote.pack(have, want);
      };
    }

    private Optional<InputStream> take(@Nullable CommitId have, CommitId want) throws IOException {
      StepPack pack = newest.get();
      if (pack == null || !pack.have().equals(have) || !pack.want().equals(want)) {
        return Optional.empty();
      }
      newest.compareAndSet(pack, null);
      try {
        return Optional.of(new ByteArrayInputStream(pack.bytes()));
      } catch (IllegalArgumentException e) {
        throw new IOException("the pack that came with the event is no Base64", e);
      }
    }
  }
}
