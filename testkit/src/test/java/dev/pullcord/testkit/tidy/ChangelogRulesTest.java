package dev.pullcord.testkit.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangelogRulesTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root", ".."));
  private static final String LOG =
      "# Changelog\n\nHow it is written.\n\n## [0.2.0] - 2026-11-28\n";

  @TempDir Path tree;

  @Test
  void theRepositoryKeepsThem() {
    assertThat(ChangelogRules.broken(RepositoryFile.all(ROOT))).isEmpty();
  }

  private static List<String> fragment(String name, String text) {
    return ChangelogRules.broken(List.of(RepositoryFile.of("changelog.d/" + name, text)));
  }

  @Test
  void takesAFragmentOfTheRightForm() {
    assertThat(fragment("fixed-a.md", "`pullcord logs` waits.\n")).isEmpty();
    assertThat(fragment("added-b-2.md", "One sentence that\nends here. Another one.\n")).isEmpty();
    assertThat(fragment("README.md", "# Anything")).isEmpty();
  }

  @Test
  void noticesAFragmentOfAnotherForm() {
    assertThat(fragment("repaired-a.md", "A sentence.\n"))
        .containsExactly("changelog.d/repaired-a.md: a name like fixed-lost-log-lines.md expected");
    assertThat(fragment("fixed_a.md", "A sentence.\n")).hasSize(1);
    for (String text :
        List.of(
            "",
            "A sentence.",
            "no capital.\n",
            "No full stop\n",
            "- A dash.\n",
            "# Heading\nText.\n",
            "One.\n\nTwo.\n",
            "One.\n- Two.\n",
            "A" + "a".repeat(98) + ".\n",
            "A\n".repeat(12) + "b.\n")) {
      assertThat(fragment("fixed-a.md", text)).as(text).hasSize(1);
    }
  }

  @Test
  void aLineThatIsTooLongIsNotCalledAnUnfinishedSentence() {
    assertThat(fragment("fixed-a.md", "A" + "a".repeat(98) + ".\n"))
        .containsExactly(
            "changelog.d/fixed-a.md: at most 12 lines of at most 98 characters expected");
  }

  @Test
  void noticesAnotherHeadingAndAnotherVersion() {
    RepositoryFile log = RepositoryFile.of("CHANGELOG.md", LOG + "\n## [Unreleased]\n");
    RepositoryFile pom =
        RepositoryFile.of("agent/pom.xml", "<parent><version>0.1.0</version></parent>");
    RepositoryFile page = RepositoryFile.of("README.md", "**Version 0.1** is for one team.\n");

    assertThat(ChangelogRules.broken(List.of(pom, page, log)))
        .containsExactly(
            "CHANGELOG.md: \"[Unreleased]\": [1.2.3] - 2026-01-31 expected",
            "agent/pom.xml: version 0.1.0, CHANGELOG.md has 0.2.0",
            "README.md: version 0.1, CHANGELOG.md has 0.2.0");
  }

  @Test
  void aReleaseGathersTheFragmentsAndWritesTheVersion() throws Exception {
    put("CHANGELOG.md", LOG + "\n### Added\n\n- Old.\n");
    put("changelog.d/README.md", "# Form\n");
    put("changelog.d/fixed-b.md", "Fixed b.\n");
    put("changelog.d/fixed-a.md", "Fixed a,\nat last.\n");
    put("changelog.d/added-c.md", "Added c.\n");
    put("pom.xml", "  <version>0.2.0</version>\n  <version>0.2.0</version>\n");
    put("agent/pom.xml", "    <version>0.2.0</version>\n");
    put("docs/start.md", "signed in, server 0.2.0\n");
    put("README.md", "**Version 0.2** is for one team.\n");

    assertThat(release("0.3.0", "2027-01-02")).contains("0.2.0 is now 0.3.0");

    assertThat(tree.resolve("CHANGELOG.md"))
        .hasContent(
            """
            # Changelog

            How it is written.

            ## [0.3.0] - 2027-01-02

            ### Added

            - Added c.

            ### Fixed

            - Fixed a,
              at last.
            - Fixed b.

            ## [0.2.0] - 2026-11-28

            ### Added

            - Old.
            """);
    assertThat(tree.resolve("changelog.d").toFile().list()).containsExactly("README.md");
    assertThat(tree.resolve("pom.xml"))
        .hasContent("  <version>0.3.0</version>\n  <version>0.2.0</version>\n");
    assertThat(tree.resolve("agent/pom.xml")).hasContent("    <version>0.3.0</version>\n");
    assertThat(tree.resolve("docs/start.md")).hasContent("signed in, server 0.3.0\n");
    assertThat(tree.resolve("README.md")).hasContent("**Version 0.3** is for one team.\n");
    List<RepositoryFile> places = List.of(read("CHANGELOG.md"), read("pom.xml"), read("README.md"));
    assertThat(ChangelogRules.broken(places)).isEmpty();
  }

  @Test
  void aReleaseThatIsNotOneChangesNothing() throws Exception {
    put("CHANGELOG.md", LOG);
    put("pom.xml", "  <version>0.2.0</version>\n");
    put("changelog.d/README.md", "# Form\n");

    assertThat(release("next", "2027-01-02")).contains("\"next\" is no version");
    assertThat(release("0.2.0", "2027-01-02")).contains("has a section 0.2.0 already");
    assertThat(release("0.3.0", "2027-01-02")).contains("changelog.d has no changes");
    assertThat(tree.resolve("CHANGELOG.md")).hasContent(LOG);
  }

  private void put(String path, String text) throws IOException {
    Files.createDirectories(tree.resolve(path).getParent());
    Files.writeString(tree.resolve(path), text);
  }

  private RepositoryFile read(String path) throws IOException {
    return RepositoryFile.of(path, Files.readString(tree.resolve(path)));
  }

  private String release(String version, String date) throws Exception {
    Path shell = Needs.tool("sh");
    String script = ROOT.toRealPath().resolve("scripts/release.sh").toString();
    Process process =
        new ProcessBuilder(shell.toString(), script, version, date)
            .directory(tree.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
