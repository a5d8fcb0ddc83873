package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgramVersionTest {
  @Test
  void isThatOfTheJarAClassIsFrom() {
    assertThat(ProgramVersion.of(Test.class)).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    assertThat(ProgramVersion.of(ProgramVersionTest.class)).isEqualTo("(not packaged)");
  }
}
