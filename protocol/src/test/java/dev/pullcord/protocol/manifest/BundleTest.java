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
    "search/, search/a, 6",
    "search/, search/a/b, 6",
    "search/, search, -1",
    "search/, searching, -1",
    "search/, research/a, -1",
    "search, search, 6",
    "search, search/a, 6",
    "search, searching, -1",
    "search, search.txt, -1",
    "a/b, a/b/c, 3",
    "a/b, a, -1",
  })
  void aPathIsADirectoryOrAFile(String own, String path, int length) {
    assertThat(bundle("b", own).longestPrefix(path)).isEqualTo(length);
  }

  @Test
  void theLongestPathWins() {
    Map<String, Bundle> bundles = new LinkedHashMap<>();
    bundles.put("all", bundle("all", "tasks"));
    bundles.put("lib", bundle("lib", "other/", "tasks/lib/"));
    Manifest manifest = new Manifest(bundles, null, List.of(), List.of(), Map.of());

    assertThat(manifest.bundleOf("tasks/lib/x").map(Bundle::name)).hasValue("lib");
    assertThat(manifest.bundleOf("tasks/library").map(Bundle::name)).hasValue("all");
    assertThat(manifest.bundleOf("README.md")).isEmpty();
  }

  private static Bundle bundle(String name, String... paths) {
    return new Bundle(name, List.of(paths), Bundle.OnChange.RESTART);
  }
}
