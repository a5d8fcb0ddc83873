package dev.pullcord.server.mirror;

import dev.pullcord.server.store.MirrorTable;
import dev.pullcord.server.store.MirrorTable.MirroredRef;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what is known of the upstream, in the store, and in memory for whoever asks. */
final class MirrorMemory {
  private final Store store;
  private volatile Known known;

  /**
   * What is known.
   *
   * @param look the last one
   * @param refs in order of name
   */
  record Known(Optional<MirrorTable.Look> look, List<MirroredRef> refs) {
    Optional<MirroredRef> ref(String name) {
      return refs.stream().filter(r -> r.ref().equals(name)).findFirst();
    }

    @Nullable String defaultBranch() {
      return look.map(MirrorTable.Look::defaultBranch).orElse(null);
    }
  }

  MirrorMemory(Store store) {
    this.store = store;
    this.known = store.read(MirrorMemory::read);
  }

  private static Known read(Tables tables) {
    return new Known(tables.mirror().look(), List.copyOf(tables.mirror().refs()));
  }

  Known known() {
    return known;
  }

  /** Changes it, in one transaction. */
  void change(Consumer<Tables> change) {
    known =
        store.write(tables -> {
          change.accept(tables);
          return read(tables);
        });
  }
}
