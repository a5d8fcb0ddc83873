package dev.pullcord.server.githost.gate;

import java.util.function.BooleanSupplier;

/**
 * The causes that can end a push before its time.
 *
 * @param stopping whether the server stops
 * @param allowed whether its token still works; asked before refs move and while it watches
 */
public record PushEnd(BooleanSupplier stopping, BooleanSupplier allowed) {
  boolean near() {
    return stopping.getAsBoolean() || !allowed.getAsBoolean();
  }
}
