package dev.pullcord.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleTest {
  @ParameterizedTest
  @CsvSource({
    "search/, search/a, true",
    "search/, search/a/b, true",
    "search/, search, false",
    "search/, searching, false",
    "search/, research/a, false",
    "search, search, true",
    "search, search/a, true",
    "search, searching, false",
    "search, search.txt, false",
    "a/b, a/b/c, true",
    "a/b, a, false",
  })
  void aPathIsADirectoryOrAFile(String own, String path, boolean covered) {
    assertThat(bundle("b", own).covers(path)).isEqualTo(covered);
    assertThat(paths(bundle("b", own)).owner(path) != null).isEqualTo(covered);
  }

  @Test
  void theLongestPathWins() {
    BundlePaths paths = paths(bundle("all", "tasks"), bundle("lib", "other/", "tasks/lib/"));

    assertThat(paths.owner("tasks/lib/x")).extracting("name").isEqualTo("lib");
    assertThat(paths.owner("tasks/library")).extracting("name").isEqualTo("all");
    assertThat(paths.owner("README.md")).isNull();
  }

  @Test
  void aDirectoryThatIsNamedWithoutItsSlashIsWalkedInto() {
    BundlePaths paths = paths(bundle("search", "search"), bundle("deep", "a/b"));

    assertThat(List.of("search", "search/deeper", "a", "a/b", "a/b/c")).allMatch(paths::reachInto);
    assertThat(List.of("searching", "b", "a/c")).noneMatch(paths::reachInto);
  }

  private static BundlePaths paths(Bundle... bundles) {
    Map<String, Bundle> byName = new LinkedHashMap<>();
    for (Bundle bundle : bundles) {
      byName.put(bundle.name(), bundle);
    }
    return new BundlePaths(new Manifest(byName, null, List.of(), List.of(), Map.of()));
  }

  private static Bundle bundle(String name, String... paths) {
    return new Bundle(name, List.of(paths), Bundle.OnChange.RESTART);
  }
}
