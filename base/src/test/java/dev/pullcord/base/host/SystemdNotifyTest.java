package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdNotifyTest {
  private final List<String> log = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void reachesASocketInTheFileSystem() {
    String name = directory.resolve("notify").toString();
    try (DatagramReceiver systemd = new DatagramReceiver(name)) {
      SystemdNotify.tell(name, "READY=1", log::add);
      SystemdNotify.tell(name, "WATCHDOG=1", log::add);

      assertThat(systemd.receive()).isEqualTo("READY=1");
      assertThat(systemd.receive()).isEqualTo("WATCHDOG=1");
      assertThat(systemd.receive()).isNull();
    }
  }

  @Test
  void reachesAnAbstractSocket() {
    String name = "@pullcord-test-" + System.nanoTime();
    try (DatagramReceiver systemd = new DatagramReceiver(name)) {
      SystemdNotify.tell(name, "STOPPING=1", log::add);

      assertThat(systemd.receive()).isEqualTo("STOPPING=1");
    }
  }

  @Test
  void saysNothingWhereNobodyListens() {
    SystemdNotify.tell(null, "READY=1", log::add);
    SystemdNotify.tell("", "READY=1", log::add);

    assertThat(log).isEmpty();
  }

  @Test
  void aSocketThatIsGoneEndsNoDaemon() {
    String name = directory.resolve("gone").toString();

    SystemdNotify.tell(name, "READY=1", log::add);

    assertThat(log)
        .containsExactly("cannot tell systemd READY=1 at " + name + ": sendto failed with errno 2");
  }

  @Test
  void theLongestNameIsReachedAndALongerOneIsRefused() {
    String longest = "@" + "n".repeat(UnixDatagram.NAME_MAX - 2);
    try (DatagramReceiver systemd = new DatagramReceiver(longest)) {
      SystemdNotify.tell(longest, "READY=1", log::add);
      assertThat(systemd.receive()).isEqualTo("READY=1");
    }

    assertThatThrownBy(() -> UnixDatagram.send(longest + "n", "READY=1"))
        .hasMessage("a socket's name has 1 to 107 bytes, this one 108");
    assertThatThrownBy(() -> UnixDatagram.send("", "READY=1")).isInstanceOf(IOException.class);
  }
}
