package dev.pullcord.agent.rights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RightsTest {
  @Test
  void whatIsPushedDoesNotRunAsRootUnlessTheOwnerSaysSo() {
    assertThat(Rights.same("root").allowingRoot(false).refusal().orElseThrow())
        .contains("would run as root", "pullcord-agent join", "as-root: true in agent.yaml");
    assertThat(Rights.same("root").allowingRoot(true).refusal()).isEmpty();
    assertThat(Rights.same("ann").allowingRoot(false).refusal()).isEmpty();
  }

  @Test
  void whereThereAreNoUnitsAnOwnerWhoSaysNothingAllowsRoot() {
    assertThat(AllowedWork.usual(false).asRoot()).isTrue();
    assertThat(AllowedWork.usual(false).text()).isEqualTo(", as-root");
    assertThat(AllowedWork.usual(true).asRoot()).isFalse();
  }

  @Test
  void aPlainUserIsToldThatEverythingIsThatUser() {
    assertThat(Rights.same("ann").text())
        .isEqualTo(
            "everything runs as user ann: the agent, the workers and the commands of a release");
  }
}
