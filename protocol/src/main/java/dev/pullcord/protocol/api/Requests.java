package dev.pullcord.protocol.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The small bodies of the people's API. */
public final class Requests {
  private Requests() {}

  /**
   * {@code PUT /api/v1/nodes/{name}/ref}.
   *
   * @param ref the branch to follow
   */
  public record Follow(String ref) {}

  /**
   * {@code PATCH /api/v1/nodes/{name}/labels}; labels that it does not name stay as they are.
   *
   * @param set labels that the node has from now on, by name; at most 32, with values of at most 63
   *     of {@code a-z A-Z 0-9 . _ -}
   * @param remove names of labels that it has no more
   */
  public record Labels(@Nullable Map<String, String> set, @Nullable List<String> remove) {}

  /**
   * {@code POST /api/v1/nodes/{name}/workers/{worker}/stop}, {@code start} and {@code restart}.
   *
   * @param reason why, at most 500 characters; null when there is nothing to say
   */
  public record Order(@Nullable String reason) {}

  /**
   * {@code POST /api/v1/nodes/{name}/generations/{n}/kill}.
   *
   * @param reason why, 1 to 500 characters
   */
  public record Kill(String reason) {}

  /**
   * {@code GET /api/v1/whoami}.
   *
   * @param owner the token's owner
   * @param role {@code admin}, {@code operator} or {@code viewer}
   * @param serverVersion the program's version
   * @param repository the repository's name
   */
  public record Whoami(
      String owner,
      @OneOf({"wall", "viewer", "operator", "admin"}) String role,
      String serverVersion,
      String repository) {}
}
