package dev.pullcord.agent.activate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be in the way of a link, and that nothing of anybody else is ever touched. */
class TargetLinksTest {
  @TempDir Path temp;
  private StateDirectory directory;
  private Path app;
  private Path target;

  @BeforeEach
  void open() throws IOException {
    temp = temp.toRealPath();
    directory = StateDirectory.open(temp.resolve("state"));
    app = Files.createDirectory(temp.resolve("app"));
    target = app.resolve("search");
  }

  @AfterEach
  void close() {
    directory.close();
  }

  private TargetLinks links() {
    return new TargetLinks(directory);
  }

  private static Map<String, String> to(Path link, String path) {
    return Map.of(link.toString(), path);
  }

  private String problem(Path link) throws IOException {
    String problem = links().problem(to(link, "search")).orElseThrow();
    assertThatThrownBy(() -> links().place(to(link, "search"))).hasMessage(problem);
    assertThat(links().settle(to(link, "search"))).contains(problem);
    return problem;
  }

  private Path pointsTo(Path link) throws IOException {
    return Files.readSymbolicLink(link);
  }

  @Test
  void pointsThroughCurrentIsRepointedAndGoesAgain() throws IOException {
    assertThat(links().place(to(target, "search"))).containsExactly(target + " -> current/search");
    assertThat(pointsTo(target)).isEqualTo(directory.current().resolve("search"));

    assertThat(links().place(to(target, "search"))).isEmpty();
    assertThat(links().place(to(target, "patterns/all"))).hasSize(1);
    assertThat(pointsTo(target)).isEqualTo(directory.current().resolve("patterns/all"));

    assertThat(links().settle(Map.of())).isEmpty();
    try (var left = Files.list(app)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aDamagedNoteOfThemStopsNothing() throws IOException {
    links().place(to(target, "search"));
    Path noted = temp.resolve("state/targets");
    byte[] damage = {'/', 'a', 0, 'b', '\n', '/', (byte) 0xff, '\n', 'r', 'e', 'l', '\n'};
    Files.write(noted, damage);

    assertThat(links().settle(to(target, "search"))).isEmpty();

    assertThat(target).isSymbolicLink();
    assertThat(links().removeAll()).isEmpty();
    assertThat(target).doesNotExist();
  }

  @Test
  void aDamagedLineOfTheNoteIsLeftOutForGood() throws IOException {
    links().place(to(target, "search"));
    Path noted = temp.resolve("state/targets");
    Files.writeString(noted, target + "\nno place\n");

    assertThat(links().settle(to(target, "search"))).isEmpty();

    assertThat(noted).hasContent(target.toString());
  }

  /** Half a surrogate pair is for every locale what a letter is for the plain one. */
  @Test
  void aPlaceThatTheLocaleCannotWriteIsNamedAndStopsNoOther() throws IOException {
    String unwritable = app + "/\ud800";
    Map<String, String> both = new TreeMap<>(Map.of(unwritable, "search"));
    both.put(target.toString(), "search");

    assertThat(links().problem(both).orElseThrow()).contains("target ", "in this agent's locale");
    assertThatThrownBy(() -> links().place(both)).hasMessageContaining("in this agent's locale");
    assertThat(target).isSymbolicLink();
    assertThat(links().problem(to(target, "\ud800")).orElseThrow()).contains("LC_ALL=C.UTF-8");
    assertThat(links().isPlace(unwritable)).as("its note is kept: its link is there").isTrue();
  }

  @Test
  void oneThatSomebodyTookAwayComesBack() throws IOException {
    links().place(to(target, "search"));
    Files.delete(target);

    assertThat(links().settle(to(target, "search"))).isEmpty();

    assertThat(target).isSymbolicLink();
  }

  @Test
  void aFileADirectoryAndALinkOfSomebodyElseStay() throws IOException {
    Path file = Files.writeString(app.resolve("file"), "theirs");
    Path folder = Files.createDirectory(app.resolve("folder"));
    Path link = Files.createSymbolicLink(app.resolve("link"), file);

    assertThat(problem(file))
        .isEqualTo("target " + file + ": a file is there; move it away, or name another place");
    assertThat(problem(folder)).contains("a directory is there");
    assertThat(problem(link))
        .isEqualTo(
            "target "
                + link
                + ": a link of somebody else is there, to "
                + file
                + "; remove it, or name another place");
    assertThat(links().settle(Map.of())).isEmpty();
    assertThat(links().removeAll()).isEmpty();
    assertThat(file).hasContent("theirs");
    assertThat(folder).isDirectory();
    assertThat(pointsTo(link)).isEqualTo(file);
  }

  @Test
  void whatSomebodyPutInThePlaceOfOursStays() throws IOException {
    links().place(to(target, "search"));
    Files.delete(target);
    Files.createSymbolicLink(target, temp);

    assertThat(links().settle(Map.of())).isEmpty();

    assertThat(pointsTo(target)).isEqualTo(temp);
  }

  @Test
  void aLinkThatOnlyLooksLikeOursIsNot() throws IOException {
    Files.createSymbolicLink(target, directory.current().resolve("../../elsewhere"));

    assertThat(problem(target)).contains("a link of somebody else");
  }

  @Test
  void ofTwoAgentsWithOneTargetTheSecondSaysWhoHasIt() throws IOException {
    links().place(to(target, "search"));
    Files.writeString(directory.journal(), "");
    try (StateDirectory second = StateDirectory.open(temp.resolve("second"))) {
      TargetLinks others = new TargetLinks(second);

      assertThat(others.problem(to(target, "search")).orElseThrow())
          .contains("a link of the agent with the state directory " + directory.root());
      assertThat(others.settle(Map.of())).isEmpty();
      assertThat(others.removeAll()).isEmpty();
    }
    assertThat(pointsTo(target)).isEqualTo(directory.current().resolve("search"));
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    Path through = Files.createSymbolicLink(temp.resolve("through"), other);

    assertThat(problem(through.resolve("search")))
        .contains(through + " is a link, and nothing is written through one");
    try (var left = Files.list(other)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void nothingIsTakenAwayThroughALinkThatCameLater() throws IOException {
    links().place(to(target, "search"));
    Path moved = Files.move(app, temp.resolve("moved"));
    Files.createSymbolicLink(app, moved);

    assertThat(links().settle(Map.of()).orElseThrow())
        .startsWith("target " + target + " cannot be removed: " + app + " is a link");

    assertThat(moved.resolve("search")).isSymbolicLink();
    assertThat(temp.resolve("state/targets")).as("not forgotten").hasContent(target.toString());
  }

  @Test
  void aPlaceWithoutItsDirectoryInTheStateDirectoryOrOpenToAllIsRefused() throws IOException {
    Path open = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path file = Files.writeString(temp.resolve("file"), "");

    assertThat(problem(app.resolve("none/search")))
        .contains("there is no directory " + app.resolve("none"))
        .contains("install -d -o " + System.getProperty("user.name"));
    assertThat(problem(directory.root().resolve("search")))
        .contains("it is in the agent's own directory");
    assertThat(problem(open.resolve("search"))).contains("chmod o-w " + open);
    assertThat(problem(file.resolve("search"))).contains(file + " is no directory");
  }

  @Test
  void aLinkThatNothingMayBeWrittenBesideStaysAndIsNotForgotten() throws IOException {
    links().place(to(target, "search"));
    Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("rwxrwxrwx"));

    for (int pass = 0; pass < 2; pass++) {
      assertThat(links().settle(Map.of()).orElseThrow())
          .startsWith("target " + target + " cannot be removed: " + app)
          .endsWith("chmod o-w " + app);
    }
    assertThat(links().removeAll()).hasSize(1);
    assertThat(target).isSymbolicLink();

    Files.setPosixFilePermissions(app, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(links().settle(Map.of())).isEmpty();
    assertThat(target).doesNotExist();
  }

  @Test
  void aPlaceThatTheHostDoesNotLetUsWriteIsNamed() {
    assertThat(links().settle(Map.of("/proc/search", "search")).orElseThrow())
        .startsWith("target /proc/search: ");
    assertThat(Path.of("/proc/search")).doesNotExist();
  }

  @Test
  void oneThatCannotBeDoesNotKeepTheOthersBack() throws IOException {
    Path file = Files.writeString(app.resolve("file"), "theirs");

    assertThat(links().settle(Map.of(file.toString(), "a", target.toString(), "search")))
        .isNotEmpty();

    assertThat(target).isSymbolicLink();
  }

  @Test
  void whatAKillHasLeftAsideIsInNobodysWay() throws IOException {
    links().place(to(target, "search"));
    Files.createSymbolicLink(
        app.resolve(".search.pullcord-new"), directory.current().resolve("half"));

    links().place(to(target, "other"));

    assertThat(pointsTo(target)).isEqualTo(directory.current().resolve("other"));
    try (var left = Files.list(app)) {
      assertThat(left.toList()).isEqualTo(List.of(target));
    }
  }

  @Test
  void whatIsAsideAndNotOursStays() throws IOException {
    links().place(to(target, "search"));
    Path aside = Files.writeString(app.resolve(".search.pullcord-new"), "theirs");

    assertThat(links().settle(to(target, "other")).orElseThrow()).contains("something is at");

    assertThat(aside).hasContent("theirs");
    assertThat(pointsTo(target)).isEqualTo(directory.current().resolve("search"));
  }
}
