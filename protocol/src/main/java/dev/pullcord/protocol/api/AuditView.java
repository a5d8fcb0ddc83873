package dev.pullcord.protocol.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done, or was refused: {@code GET /api/v1/audit}.
 *
 * @param id counts up; numbers may be missing
 * @param at by the server's clock; of refusals that were counted together, when they were
 * @param who the owner of the token, the node, {@code server}, or {@code unknown}
 * @param way {@code dashboard}, {@code api}, {@code git} or {@code agents}; null for the server
 *     itself, and where it was not kept yet
 * @param address the other end of the connection; null where the way is
 * @param action {@code pin}, {@code token.create}, {@code denied}, …
 * @param on what it was done to, or would have been
 * @param before null where there was nothing
 * @param after null where there was nothing afterwards; why, for what was refused
 * @param refused whether it was refused
 * @param times how often, 1 but for refusals that were counted together
 * @param text the same as a sentence
 */
public record AuditView(
    long id,
    Instant at,
    String who,
    @OneOf({"dashboard", "api", "git", "agents"}) @Nullable String way,
    @Nullable String address,
    String action,
    String on,
    @Nullable String before,
    @Nullable String after,
    boolean refused,
    int times,
    String text) {
  /**
   * {@code GET /api/v1/audit?who=&action=&on=&since=&outcome=&cursor=}, newest first.
   *
   * @param records those of this page
   * @param next the cursor of the next page, null at the end
   */
  public record Page(List<AuditView> records, @Nullable String next) {}
}
