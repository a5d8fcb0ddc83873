package dev.pullcord.server.hold;

import dev.pullcord.protocol.id.LabelSelector;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thing that can keep nodes from something new. */
sealed interface Closure {
  /** Whether it is about this node. */
  boolean isFor(HoldSubject node);

  /** Whether it keeps nodes from something new then. */
  boolean isClosed(Instant at);

  /** The first moment at which it does not, from one at which it does; empty: not foreseen. */
  Optional<Instant> opens(Instant from);

  /** The freeze that it is; null of windows. */
  @Nullable StoredFreeze freeze();

  /** Why, from a moment at which it is closed; begins with "held". */
  String reason(Instant at);

  /**
   * A freeze.
   *
   * @param labels its selector, read
   */
  record Frozen(StoredFreeze freeze, LabelSelector labels) implements Closure {
    Frozen(StoredFreeze freeze) {
      this(freeze, LabelSelector.parse(freeze.selector()));
    }

    @Override
    public boolean isFor(HoldSubject node) {
      return (freeze.ref().isEmpty() || node.isOn(freeze.ref())) && labels.matches(node.labels());
    }

    @Override
    public boolean isClosed(Instant at) {
      Window outside = freeze.outside();
      return at.isBefore(freeze.expiresAt()) && (outside == null || !outside.isOpen(at));
    }

    @Override
    public Optional<Instant> opens(Instant from) {
      Instant end = freeze.expiresAt();
      return Optional.ofNullable(freeze.outside())
          .flatMap(outside -> outside.opensNext(from))
          .filter(next -> next.isBefore(end))
          .or(() -> Optional.of(end));
    }

    @Override
    public String reason(Instant at) {
      return "held: " + FreezeText.of(freeze, at);
    }
  }

  /**
   * The windows of a branch's newest commit, of which one at least has to be open.
   *
   * @param branch whose they are
   */
  record Windows(String branch, List<Window> windows) implements Closure {
    @Override
    public @Nullable StoredFreeze freeze() {
      return null;
    }

    @Override
    public boolean isFor(HoldSubject node) {
      return node.followed().equals(branch);
    }

    @Override
    public boolean isClosed(Instant at) {
      return windows.stream().noneMatch(window -> window.isOpen(at));
    }

    @Override
    public Optional<Instant> opens(Instant from) {
      return next(from).opensNext(from);
    }

    @Override
    public String reason(Instant at) {
      Window next = next(at);
      return "held: outside the window %s; %s".formatted(next.text(), next.nextOpening(at));
    }

    /** The window that opens first. */
    private Window next(Instant from) {
      return windows.stream()
          .min(Comparator.comparing(window -> window.opensNext(from).orElse(Instant.MAX)))
          .orElseThrow();
    }
  }
}
