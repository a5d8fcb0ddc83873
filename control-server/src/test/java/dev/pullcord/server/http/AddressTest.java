package dev.pullcord.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:1", "127.255.0.9:1", "localhost:1", "[::1]:1", "[0:0:0:0:0:0:0:1]:1"})
  void onlyThisMachineReachesALoopbackAddress(String text) {
    assertThat(Address.parse(text).loopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.example.org:1", "127.0.0.1.example.org:1", "127.999.1.1:1", "*:1"})
  void aNameThatBeginsWith127IsNoLoopbackAddress(String text) {
    assertThat(Address.parse(text).loopback()).isFalse();
  }
}
