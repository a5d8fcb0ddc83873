package dev.pullcord.protocol.api;

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
   * {@code GET /api/v1/whoami}.
   *
   * @param owner the token's owner
   * @param role {@code admin}, {@code operator} or {@code viewer}
   * @param serverVersion the program's version
   * @param repository the repository's name
   */
  public record Whoami(String owner, String role, String serverVersion, String repository) {}
}
