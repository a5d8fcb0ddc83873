package dev.pullcord.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PermissionsTest {
  @Test
  void pagesThatAskForMoreThanAViewerAreTheseAndNoOthers() {
    assertThat(paths(Permission.UI_OPERATOR))
        .containsExactly(
            "GET /ui/audit",
            "GET /ui/freezes/end",
            "GET /ui/gates/end",
            "GET /ui/logs",
            "GET /ui/logs/file",
            "GET /ui/nodes/{name}/logs",
            "GET /ui/retry",
            "GET /ui/rollback",
            "GET /ui/rollbacks/end",
            "GET /ui/runs/{id}",
            "POST /ui/actions/foresee",
            "POST /ui/actions/run",
            "POST /ui/alerts/retry",
            "POST /ui/alerts/test",
            "POST /ui/deployments/{id}/rollout",
            "POST /ui/freezes",
            "POST /ui/freezes/end",
            "POST /ui/gates/end",
            "POST /ui/nodes/{name}/follow",
            "POST /ui/nodes/{name}/foresee-pin",
            "POST /ui/nodes/{name}/kill",
            "POST /ui/nodes/{name}/labels",
            "POST /ui/nodes/{name}/pin",
            "POST /ui/nodes/{name}/resume",
            "POST /ui/nodes/{name}/retry",
            "POST /ui/nodes/{name}/suspend",
            "POST /ui/nodes/{name}/unpin",
            "POST /ui/nodes/{name}/worker",
            "POST /ui/pins",
            "POST /ui/pins/foresee",
            "POST /ui/pins/{name}/unpin",
            "POST /ui/repository/accept-rewind",
            "POST /ui/repository/fetch",
            "POST /ui/retry",
            "POST /ui/rollbacks",
            "POST /ui/rollbacks/end",
            "POST /ui/runs/{id}/cancel");
    assertThat(paths(Permission.UI_ADMIN))
        .containsExactly(
            "GET /ui/invitations",
            "GET /ui/tokens",
            "POST /ui/invitations",
            "POST /ui/invitations/{id}/revoke",
            "POST /ui/nodes/{name}/remove",
            "POST /ui/tokens",
            "POST /ui/tokens/{name}/revoke");
  }

  @Test
  void viewerSendsNoFormButThoseThatSignHimOut() {
    assertThat(paths(Permission.UI_VIEWER))
        .filteredOn(line -> line.startsWith("POST"))
        .containsExactly(
            "POST /ui/sign-out", "POST /ui/sign-out-everywhere", "POST /ui/sign-out-others");
  }

  @Test
  void aScreenOnAWallSeesTheWallAndHearsThatSomethingIsNewer() {
    assertThat(paths(Permission.UI_WALL)).containsExactly("GET /ui/events", "GET /ui/wall");
  }

  @Test
  void pageThatTheTableDoesNotKnowIsNotMade() {
    assertThatThrownBy(() -> Permissions.pageRole("GET", "/ui/nowhere"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("GET /ui/nowhere has no line");
    assertThatThrownBy(() -> Permissions.pageRole("GET", "/api/v1/nodes"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("VIEWER");
    assertThat(Permissions.pageRole("GET", "/ui/tokens")).isEqualTo(Principal.Role.ADMIN);
  }

  private static Set<String> paths(Permission permission) {
    Set<String> paths = new TreeSet<>();
    Permissions.standard().lines().stream()
        .filter(line -> line.permission() == permission)
        .forEach(line -> paths.add(line.method() + " " + line.path()));
    return paths;
  }
}
