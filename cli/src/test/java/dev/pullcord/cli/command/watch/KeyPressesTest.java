package dev.pullcord.cli.command.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeyPressesTest {
  @Test
  void arrowsComeInSeveralForms() {
    assertThat(KeyPresses.keys("\033[A\033OB\033[1;5A\033[H"))
        .containsExactly(WatchKey.UP, WatchKey.DOWN, WatchKey.UP, WatchKey.TOP);
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    assertThat(KeyPresses.keys("xyz\033[15~\033[Zq")).containsExactly(WatchKey.QUIT);
    assertThat(KeyPresses.keys("\033")).isEmpty();
    assertThat(KeyPresses.keys("\033[1;")).isEmpty();
  }

  @Test
  void nothingIsWaitedFor() {
    byte[] pressed = "jk".getBytes(StandardCharsets.US_ASCII);
    KeyPresses presses = new KeyPresses(new ByteArrayInputStream(pressed));
    assertThat(presses.taken()).containsExactly(WatchKey.DOWN, WatchKey.UP);
    assertThat(presses.taken()).isEmpty();
  }
}
