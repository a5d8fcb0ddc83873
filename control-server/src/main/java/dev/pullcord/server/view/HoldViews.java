package dev.pullcord.server.view;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.server.hold.FreezeText;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.RollbackTable.StoredRollback;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How freezes and rollbacks are shown. */
public final class HoldViews {
  private HoldViews() {}

  /**
   * A freeze.
   *
   * @param at when it is shown
   */
  public static FreezeView of(StoredFreeze freeze, Instant at) {
    return new FreezeView(
        freeze.ref().isEmpty() ? null : freeze.ref(),
        freeze.selector().isEmpty() ? null : freeze.selector(),
        freeze.owner(),
        freeze.reason(),
        freeze.createdAt(),
        freeze.expiresAt(),
        freeze.outside() == null ? null : freeze.outside().text(),
        FreezeText.of(freeze, at));
  }

  /**
   * A rollback.
   *
   * @param newest the newest deployment of its branch; null when there is none
   */
  public static RollbackView of(StoredRollback rollback, @Nullable StoredDeployment newest) {
    return new RollbackView(
        rollback.ref(),
        rollback.commit(),
        rollback.from(),
        rollback.owner(),
        rollback.reason(),
        rollback.createdAt(),
        rollback.until(),
        newest != null && newest.commit().equals(rollback.commit()) ? newest.id() : null);
  }
}
