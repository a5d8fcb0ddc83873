package dev.pullcord.server.hold;

import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.protocol.unit.SpokenTimes;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import java.time.Instant;

/** A freeze in one line, the same in a node's reason, a push and the audit log. */
public final class FreezeText {
  private FreezeText() {}

  /**
   * {@code frozen until 2026-11-29 18:00 UTC by ann: release week}.
   *
   * @param at when it is said; only a freeze outside a window then says when that opens
   */
  public static String of(StoredFreeze freeze, Instant at) {
    Window outside = freeze.outside();
    String why = " by " + freeze.owner() + ": " + freeze.reason();
    if (outside == null) {
      return "frozen until " + SpokenTimes.moment(freeze.expiresAt()) + why;
    }
    String hours = "frozen outside " + outside.text() + why;
    return outside.isOpen(at) ? hours : hours + "; " + outside.nextOpening(at);
  }

  /** The whole command that ends a freeze. */
  public static String thaw(StoredFreeze freeze) {
    return "pullcord unfreeze"
        + (freeze.ref().isEmpty() ? "" : " " + ShellWord.of(freeze.ref()))
        + (freeze.selector().isEmpty() ? "" : " -l " + ShellWord.of(freeze.selector()));
  }
}
