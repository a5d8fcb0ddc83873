package dev.pullcord.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.base.disk.FileModes;
import dev.pullcord.base.tls.PinnedTrust.ServerPins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerListTest {
  private static final String A = "https://a:8421";
  private static final String B = "https://b:8421";
  private static final String C = "https://c:8421";
  private static final String PIN_A = "aa".repeat(32);
  private static final String PIN_B = "bb".repeat(32);
  private static final ServerAddress JOINED = new ServerAddress(A, PIN_A);

  @TempDir private Path state;

  private ServerList open() {
    return ServerList.open(state, JOINED);
  }

  private static List<String> ring(ServerList list) {
    List<String> ring = new ArrayList<>(List.of(list.first().url()));
    while (ring.size() < list.size()) {
      ring.add(list.after(ring.getLast()).url());
    }
    return ring;
  }

  @Test
  void aNodeKnowsTheServerThatItJoined() {
    ServerList list = open();

    assertThat(ring(list)).containsExactly(A);
    assertThat(list.after(A)).isEqualTo(JOINED);
    assertThat(state.resolve("servers.json")).doesNotExist();
  }

  @Test
  void whatWasLearnedSurvivesARestart() throws IOException {
    ServerList list = open();
    list.learn(List.of(A, B, C));
    list.seen(B, new ServerPins(PIN_B, PIN_A));
    list.connected(B);

    ServerList again = open();

    assertThat(ring(again)).containsExactly(B, C, A);
    assertThat(again.first().pins().pin()).isEqualTo(PIN_B);
    assertThat(FileModes.openToOthers(state.resolve("servers.json"))).isFalse();
  }

  @Test
  void theAddressThatWasJoinedStaysWhateverIsTold() {
    ServerList list = open();
    list.learn(List.of(C));
    list.connected(C);
    list.learn(List.of());

    assertThat(ring(list)).containsExactly(A);
    assertThat(list.after(C)).isEqualTo(JOINED);
  }

  @Test
  void whatIsNoAddressIsNotTakenAndSixteenAreEnough() {
    ServerList list = open();
    list.learn(List.of("http://b:8421", "https://u:p@b", "https://b/x", "", "https://b"));
    assertThat(ring(list)).containsExactly(A, B);

    list.learn(IntStream.range(0, 200).mapToObj(n -> "https://s" + n + ":8421").toList());

    assertThat(list.size()).isEqualTo(17);
    assertThat(ring(open())).hasSize(17).startsWith(A);
  }

  @Test
  void aServerWithAnotherKeyIsTrustedByThatKeyFromThenOn() {
    ServerList list = open();
    list.learn(List.of(B));
    list.seen(A, new ServerPins(PIN_B, null));

    assertThat(list.after(B).pins().all()).containsExactly(PIN_B);
  }

  @Test
  void aDamagedFileIsLearnedAgain() throws IOException {
    open().learn(List.of(B));
    for (String damage :
        List.of(
            "",
            "null",
            "{}",
            "\u0000\u0000",
            "{\"at\":\"x\",\"urls\":[],\"pins\":{}}",
            "{\"at\":\"" + A + "\",\"urls\":[null],\"pins\":{}}",
            "{\"at\":\"" + A + "\",\"urls\":[\"http://b:8421\"],\"pins\":{}}",
            "{\"at\":\"" + A + "\",\"urls\":[],\"pins\":{\"" + B + "\":\"no pin\"}}",
            "x".repeat(1 << 20))) {
      Files.writeString(state.resolve("servers.json"), damage);
      ServerList list = open();
      assertThat(ring(list)).as(damage).containsExactly(A);

      list.learn(List.of(B));

      assertThat(ring(open())).containsExactly(A, B);
    }
  }
}
