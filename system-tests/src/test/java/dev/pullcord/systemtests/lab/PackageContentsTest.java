package dev.pullcord.systemtests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is in the agent's packages, and that the same build makes the same bytes elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackageContentsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A link to another file of these pages, without the place in it. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)[)#]");

  private final Path temp;
  private Packages packages;

  PackageContentsTest(@TempDir Path temp) {
    this.temp = temp;
  }

  @BeforeAll
  void make() {
    packages = Packages.of("agent");
  }

  private String deb(String what, String... more) {
    return LabHost.run(
        LIMIT,
        Stream.concat(
                Stream.of("dpkg-deb", what, packages.file(".deb").toString()), Stream.of(more))
            .toList());
  }

  private Path unpacked(String name) {
    Path target = temp.resolve(name);
    LabHost.run(
        LIMIT,
        List.of(
            "sh",
            "-ec",
            "mkdir '%s' && tar xzf '%s' --strip-components=1 -C '%s'"
                .formatted(target, packages.file(".tar.gz"), target)));
    return target;
  }

  @Test
  void theControlFileSaysWhatItIsAndNeedsLittle() {
    assertThat(deb("--field"))
        .contains(
            "Package: pullcord-agent\n",
            "Version: 1.2.3\n",
            "Depends: libc6 (>= 2.17), systemd\n",
            "Recommends: polkitd");
  }

  @Test
  void everythingBelongsToRootAndNobodyElseCanWriteIt() {
    List<String> entries = deb("--contents").lines().toList();
    assertThat(entries).hasSizeGreaterThan(100);
    assertThat(entries).allMatch(entry -> entry.contains(" root/root "), "belongs to root");
    assertThat(entries)
        .filteredOn(entry -> !entry.startsWith("l"))
        .allMatch(entry -> entry.matches("[d-]rw[x-]r-[x-]r-[x-] .*"), "is readable, not writable");
  }

  @Test
  void unitsUsersRulesPagesAndConfigurationAreWhereDebianLooksForThem() {
    assertThat(deb("--contents"))
        .contains(
            "./usr/bin/pullcord-agent -> ../lib/pullcord-agent/bin/pullcord-agent",
            "./usr/lib/pullcord-agent/startup.aot",
            "./usr/lib/pullcord/pullcord-generation",
            "./usr/lib/systemd/system/pullcord-agent.service",
            "./usr/lib/systemd/system/pullcord-worker@.service",
            "./usr/lib/systemd/system/pullcord-workers.service",
            "./usr/lib/sysusers.d/pullcord-agent.conf",
            "./usr/lib/tmpfiles.d/pullcord-agent.conf",
            "./usr/share/polkit-1/rules.d/50-pullcord.rules",
            "./usr/share/man/man8/pullcord-agent.8.gz",
            "./usr/share/bash-completion/completions/pullcord-agent",
            "./usr/share/zsh/vendor-completions/_pullcord-agent",
            "./usr/share/fish/vendor_completions.d/pullcord-agent.fish",
            "./usr/share/doc/pullcord-agent/copyright",
            "./usr/share/doc/pullcord-agent/libraries",
            "./usr/share/doc/pullcord-agent/licenses/",
            "./usr/share/doc/pullcord-agent/docs/operating/install.md")
        .doesNotContain("pullcord-server.service");
    assertThat(deb("--info", "conffiles").lines())
        .containsExactly(
            "/etc/apt/apt.conf.d/52pullcord-agent",
            "/etc/needrestart/conf.d/pullcord-agent.conf",
            "/etc/pullcord/agent.yaml");
  }

  @Test
  void theBillOfMaterialsNamesEachLibraryWithItsLicence() throws IOException {
    JsonNode bill = new ObjectMapper().readTree(packages.file(".cdx.json").toFile());
    assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(bill.path("components"))
        .isNotEmpty()
        .allMatch(component -> component.path("purl").asText().startsWith("pkg:maven/"))
        .anyMatch(component -> component.path("name").asText().equals("org.eclipse.jgit"));
    assertThat(Files.readString(unpacked("notices").resolve("share/doc/pullcord-agent/libraries")))
        .contains("org.quartz-scheduler:quartz")
        .doesNotContain("not named");
  }

  @Test
  void everyLinkOfItsPagesLeadsToAFile() throws IOException {
    Path pages = unpacked("pages").resolve("share/doc/pullcord-agent");
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : markdown(pages)) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        links++;
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(pages.relativize(page) + ": " + link.group(1));
        }
      }
    }
    assertThat(links).isGreaterThan(200);
    assertThat(broken).isEmpty();
  }

  private static List<Path> markdown(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".md")).toList();
    }
  }

  @Test
  void theUnpackedProgramStartsFromItsCacheWhereverItLies() {
    Path home = unpacked("somewhere else");
    String run = "'%s/bin/pullcord-agent' --version".formatted(home);
    String said =
        LabHost.run(
            LIMIT,
            List.of(
                "env",
                "-i",
                "PULLCORD_JAVA_OPTS=-XX:AOTMode=on -Xlog:class+load",
                "sh",
                "-c",
                run));
    List<String> loaded = said.lines().filter(line -> line.contains(" source: ")).toList();
    assertThat(loaded).hasSizeGreaterThan(1000);
    assertThat(loaded.stream().filter(line -> line.contains("shared objects file")).count())
        .as(said)
        .isGreaterThan(loaded.size() * 9L / 10);
    assertThat(said).contains("pullcord-agent ");
  }

  @Test
  void theSameBuildMakesTheSameBytesInAnotherDirectory() throws IOException {
    Path other = temp.resolve("other root");
    String copy =
        "mkdir '%s' && cp -r README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs manifests"
            + " changelog.d scripts packaging systemd build/lib '%s'"
            + " && mkdir '%s/build' && mv '%s/lib' '%s/build/'";
    LabHost.run(
        LIMIT,
        List.of(
            "sh",
            "-ec",
            ("cd '" + LabHost.ROOT + "' && " + copy).formatted(other, other, other, other, other)));
    Packages again = Packages.make(other, temp.resolve("second"), "agent", "1.2.3");
    for (String kind : List.of(".deb", ".tar.gz", ".cdx.json")) {
      assertThat(Files.mismatch(packages.file(kind), again.file(kind)))
          .as(() -> kind + " differs in " + differences(packages.file(".deb"), again.file(".deb")))
          .isEqualTo(-1);
    }
    assertThat(temp.resolve("second/SHA256SUMS"))
        .hasSameTextualContentAs(packages.directory().resolve("SHA256SUMS"));
  }

  /** The files of two packages that are not the same, and the first bytes in which they differ. */
  private String differences(Path one, Path other) {
    String line =
        ("dpkg-deb --raw-extract '%s' one && dpkg-deb --raw-extract '%s' other; diff -rq one other;"
                + " (cd one && find . -type f) | while read -r file;"
                + " do cmp -l \"one/$file\" \"other/$file\" | head -n 20; done")
            .formatted(one, other);
    return LabHost.run(
        LIMIT,
        List.of("sh", "-c", "mkdir -p '%1$s' && cd '%1$s' && %2$s || true".formatted(temp, line)));
  }
}
