package dev.pullcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerbGroupsTest {
  @Test
  void eachVerbOfTheHelpBelongsToAGroup() {
    assertThat(VerbGroups.grouped(new LinkedHashSet<>(DocumentationTest.verbs())))
        .doesNotContainKey("Other")
        .containsKeys("Begin", "Look", "Steer", "Nodes", "Access");
  }

  @Test
  void aVerbOfNoGroupIsListedAllTheSame() {
    assertThat(VerbGroups.grouped(Set.of("new", "status")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("Look", List.of("status"), "Other", List.of("new")));
  }
}
