package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A freeze: {@code GET /api/v1/freezes}. Nothing new is activated on the nodes that it is about.
 *
 * @param ref on nodes of this branch; null for every branch
 * @param selector on nodes with these labels; null for every node
 * @param owner who froze
 * @param reason why
 * @param createdAt when
 * @param expiresAt when it ends by itself
 * @param outside it holds only outside these hours, {@code mon-fri 08:00-18:00 Europe/Berlin}; null
 *     for all the time
 * @param text all of it in one line
 */
public record FreezeView(
    @Nullable String ref,
    @Nullable String selector,
    String owner,
    String reason,
    Instant createdAt,
    Instant expiresAt,
    @Nullable String outside,
    String text) {
  /**
   * All freezes.
   *
   * @param freezes in order of branch and selector
   */
  public record All(List<FreezeView> freezes) {}

  /** {@code main, role=grep}; {@code the fleet} for all of it. */
  public String scope() {
    String both = ref == null || selector == null ? "" : ", ";
    return ref == null && selector == null
        ? "the fleet"
        : (ref == null ? "" : ref) + both + (selector == null ? "" : selector);
  }

  /**
   * {@code PUT /api/v1/freezes}; replaces the freeze of the same branch and selector.
   *
   * @param ref a branch; null for every branch
   * @param selector labels, {@code role=grep,dc!=sea}; null for every node
   * @param duration {@code 2h}; 10s to 365d
   * @param reason 1 to 500 characters
   * @param outside days and hours in which it does not hold, {@code mon-fri 08:00-18:00}; null for
   *     none
   * @param zone whose clock that is, {@code Europe/Berlin}; UTC when null
   */
  public record Request(
      @Nullable String ref,
      @Nullable String selector,
      @JsonProperty("for") String duration,
      String reason,
      @Nullable String outside,
      @Nullable String zone) {}
}
