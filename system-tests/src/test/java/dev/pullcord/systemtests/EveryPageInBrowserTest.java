package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.testkit.Eventually;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A picture of every page of a fleet whose nodes are in as many states as there are nodes: light
 * and wide, and dark and narrow. A full run has 12 agents, and both themes on both widths. Every
 * text can be read, every control has a name, and nothing stands out to the side.
 */
class EveryPageInBrowserTest {
  private static final Path SHOTS = Path.of("target/screenshots/pages");

  private static final List<Look> SOME =
      List.of(new Look(ColorScheme.LIGHT, 1280), new Look(ColorScheme.DARK, 390));
  private static final List<Look> ALL =
      List.of(
          new Look(ColorScheme.LIGHT, 1280),
          new Look(ColorScheme.LIGHT, 390),
          new Look(ColorScheme.DARK, 1280),
          new Look(ColorScheme.DARK, 390));

  private record Look(ColorScheme scheme, int width) {
    String name() {
      return "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
    }
  }

  @RegisterExtension static final Browser browser = new Browser();
  @TempDir Path directory;

  @Test
  void everyPageCanBeReadInBothThemesAndOnBothWidths() throws Exception {
    try (OddChats chats = new OddChats(directory)) {
      LocalFleet fleet =
          browser.of(
              OddFleet.of(directory.resolve("fleet"), Fleets.full() ? 12 : 4, chats.config()));
      Eventually.within(Fleets.RECOVERY)
          .until(
              "messages of each kind",
              () -> fleet.cli("alerts").output(),
              said -> Stream.of("delivered", "waiting", "given-up").allMatch(said::contains));
      lookAtAll(fleet);
    }
  }

  private void lookAtAll(LocalFleet fleet) {
    List<String> wrong = new ArrayList<>();
    Page page =
        Browser.signedIn(
            browser.person(1280, 800, ColorScheme.LIGHT), fleet.url(), fleet.adminToken());
    pages(fleet)
        .forEach((name, path) -> {
          page.navigate(fleet.url() + path);
          for (Look look : Fleets.full() ? ALL : SOME) {
            page.setViewportSize(look.width(), look.width() == 390 ? 844 : 800);
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(look.scheme()));
            look(page, name + look.name(), wrong);
          }
        });
    assertThat(wrong).isEmpty();
    assertThat(browser.errors()).allMatch(e -> e.contains("404"));
  }

  private static Map<String, String> pages(LocalFleet fleet) {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("fleet", "/ui");
    pages.put("fleet-grouped", "/ui?group=role");
    pages.put("fleet-filtered", "/ui?state=failed,rolled-back");
    pages.put("deployments", "/ui/deployments");
    fleet.api().deployments().stream()
        .limit(Fleets.full() ? 12 : 3)
        .forEach(d -> pages.put("deployment-" + d.id(), "/ui/deployments/" + d.id()));
    fleet.agents().stream()
        .skip(Fleets.full() ? 0 : 2)
        .forEach(a -> pages.put(a.name(), "/ui/nodes/" + a.name()));
    pages.put("pins", "/ui/pins");
    pages.put("wall", "/ui/wall?group=role");
    pages.put("logs", "/ui/logs?selector=role%3Dgrep&live=no");
    pages.put("node-logs", "/ui/nodes/node-1/logs?live=no");
    pages.put("retry", "/ui/retry");
    pages.put("rollback", "/ui/rollback?ref=words");
    pages.put("end-freeze", "/ui/freezes/end?ref=index");
    pages.put("alerts", "/ui/alerts");
    pages.put("repository", "/ui/repository");
    pages.put("actions", "/ui/actions");
    pages.put("run", "/ui/runs/1");
    pages.put("run-failed", "/ui/runs/2");
    pages.put("invitations", "/ui/invitations");
    pages.put("tokens", "/ui/tokens");
    pages.put("audit", "/ui/audit");
    pages.put("settings", "/ui/settings");
    pages.put("search", "/ui/search?q=node");
    pages.put("missing", "/ui/nothing");
    pages.put("missing-deployment", "/ui/deployments/4711");
    return pages;
  }

  private static void look(Page page, String at, List<String> wrong) {
    Browser.tooFaint(page).forEach(text -> wrong.add(at + ": too faint: " + text));
    Browser.nameless(page).forEach(line -> wrong.add(at + ": without a name: " + line));
    Browser.sideways(page).forEach(t -> wrong.add(at + ": has to be scrolled sideways: " + t));
    Browser.squeezed(page).forEach(text -> wrong.add(at + ": has no room: " + text));
    Browser.cutOff(page).forEach(link -> wrong.add(at + ": cut off in the head: " + link));
    if (!Browser.fits(page)) {
      wrong.add(at + ": wider than the screen");
    }
    if (!Browser.fitsWithoutServer(page)) {
      wrong.add(at + ": wider than the screen while it waits for the server");
    }
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SHOTS.resolve(at + ".png")));
  }
}
