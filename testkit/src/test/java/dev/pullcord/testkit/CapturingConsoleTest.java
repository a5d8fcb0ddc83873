package dev.pullcord.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapturingConsoleTest {
  @Test
  void keepsTheTwoStreamsApart() {
    CapturingConsole console = new CapturingConsole();
    console.out().println("3 nodes");
    console.err().println("no token");
    assertThat(console.outLines()).containsExactly("3 nodes");
    assertThat(console.errText()).isEqualTo("no token\n");
    console.clear();
    assertThat(console.outText()).isEmpty();
  }
}
