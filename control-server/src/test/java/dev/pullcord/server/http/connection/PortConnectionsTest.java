package dev.pullcord.server.http.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PortConnectionsTest {
  private final List<SocketChannel> channels = new ArrayList<>();
  private ServerSocketChannel port;
  private long now;
  private PortConnections connections =
      new PortConnections("port", limits(100, 10, 4), true, () -> now);

  private static ConnectionLimits limits(int open, int strangers, int perAddress) {
    ConnectionLimits usual = ConnectionLimits.of(open, strangers);
    return new ConnectionLimits(
        open,
        strangers,
        perAddress,
        3,
        usual.hello(),
        usual.handshake(),
        usual.header(),
        usual.request(),
        usual.idle());
  }

  @BeforeEach
  void bind() throws IOException {
    port = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
  }

  @AfterEach
  void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
    port.close();
  }

  /** One that is admitted, from that loopback address. */
  private Peer open(String from) throws IOException {
    SocketChannel client = SocketChannel.open();
    client.bind(new InetSocketAddress(from, 0)).connect(port.getLocalAddress());
    SocketChannel channel = port.accept();
    channels.add(client);
    channels.add(channel);
    boolean admitted = connections.admit(channel);
    ByteArrayEndPoint endPoint =
        new ByteArrayEndPoint() {
          @Override
          public void onClose(Throwable cause) {
            connections.closed(channel);
            super.onClose(cause);
          }
        };
    connections.opened(channel, endPoint);
    return new Peer(channel, endPoint, admitted);
  }

  private record Peer(SocketChannel channel, ByteArrayEndPoint endPoint, boolean admitted) {
    boolean gone() {
      return !endPoint.isOpen();
    }
  }

  private PeerConnection peer(Peer peer) {
    return Objects.requireNonNull(connections.of(peer.channel()));
  }

  private void pass(Duration time) {
    now += time.toNanos();
    connections.sweep();
  }

  private Peer greeted(String from) throws IOException {
    Peer peer = open(from);
    connections.greeted(peer.channel());
    return peer;
  }

  /** One that has been answered, and is silent since. */
  private Peer answered(String from) throws IOException {
    Peer peer = greeted(from);
    connections.served(peer.channel());
    connections.stepped(peer.channel());
    now += Duration.ofSeconds(2).toNanos();
    return peer;
  }

  private boolean known(String who, String from) throws IOException {
    Peer peer = open(from);
    if (peer.admitted()) {
      connections.greeted(peer.channel());
      connections.secured(peer.channel());
      peer(peer).begin();
      peer(peer).shown(who);
      peer(peer).end();
    }
    return peer.admitted();
  }

  private Peer known(String who) throws IOException {
    Peer peer = greeted("127.0.0.1");
    connections.secured(peer.channel());
    peer(peer).begin();
    assertThat(peer(peer).shown(who)).isTrue();
    peer(peer).end();
    return peer;
  }

  @Test
  void theOldestStrangerOfAnAddressMakesRoomForTheNewest() throws IOException {
    Peer other = answered("127.0.0.2");
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      peers.add(answered("127.0.0.1"));
    }
    assertThat(peers.stream().map(Peer::gone))
        .containsExactly(true, true, false, false, false, false);
    assertThat(other.gone()).isFalse();
    assertThat(connections.dropped()).isEqualTo(2);
  }

  @Test
  void theAddressWithTheMostMakesRoomForOthers() throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      peers.add(answered("127.0.0.1"));
    }
    for (int i = 2; i < 9; i++) {
      assertThat(answered("127.0.0." + i).gone()).isFalse();
    }
    assertThat(peers.stream().filter(Peer::gone)).containsExactly(peers.getFirst());
  }

  @Test
  void whoIsSilentCountsMoreLightlyAndNeverPushesOutWhoSpeaks() throws IOException {
    Peer speaks = greeted("127.0.0.1");
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      peers.add(open("127.0.0.1"));
    }
    assertThat(peers.stream().filter(p -> !p.gone())).hasSize(40);
    assertThat(speaks.gone()).isFalse();
  }

  @Test
  void whoIsKnownIsNoStrangerAndStays() throws IOException {
    Peer known = known("web-1");
    for (int i = 0; i < 40; i++) {
      answered("127.0.0.1");
    }
    assertThat(known.gone()).isFalse();
    assertThat(connections.strangers()).isEqualTo(4);
  }

  @Test
  void aCallerWithTooManyLosesTheOldestThatDoesNothing() throws IOException {
    Peer busy = known("web-1");
    peer(busy).begin();
    Peer idle = known("web-1");
    Peer third = known("web-1");
    known("web-1");
    assertThat(idle.gone()).isTrue();
    assertThat(busy.gone()).isFalse();
    assertThat(third.gone()).isFalse();
  }

  @Test
  void aCallerWhoseConnectionsAreAllBusyGetsNoMore() throws IOException {
    for (int i = 0; i < 3; i++) {
      peer(known("web-1")).begin();
    }
    Peer fourth = greeted("127.0.0.1");
    assertThat(peer(fourth).shown("web-1")).isFalse();
    assertThat(peer(fourth).shown("web-2")).isTrue();
  }

  @Test
  void everyStepHasATimeForTheWholeOfIt() throws IOException {
    Peer silent = open("127.0.0.1");
    Peer greeted = greeted("127.0.0.1");
    Peer secured = greeted("127.0.0.1");
    connections.secured(secured.channel());
    Peer known = known("web-1");
    Peer working = known("web-2");
    peer(working).begin();
    pass(Duration.ofSeconds(6));
    assertThat(silent.gone()).isTrue();
    assertThat(greeted.gone()).isFalse();
    pass(Duration.ofSeconds(5));
    assertThat(greeted.gone()).isTrue();
    assertThat(secured.gone()).isTrue();
    assertThat(known.gone()).isFalse();
    pass(Duration.ofSeconds(50));
    assertThat(known.gone()).isTrue();
    assertThat(working.gone()).isFalse();
    assertThat(connections.size()).isEqualTo(1);
  }

  @Test
  void aStrangersRequestEndsTooAndAnAnswerIsNewTime() throws IOException {
    Peer asks = greeted("127.0.0.1");
    connections.secured(asks.channel());
    pass(Duration.ofSeconds(9));
    peer(asks).begin();
    pass(Duration.ofSeconds(29));
    assertThat(asks.gone()).isFalse();
    peer(asks).end();
    pass(Duration.ofSeconds(9));
    assertThat(asks.gone()).isFalse();
    peer(asks).begin();
    pass(Duration.ofSeconds(31));
    assertThat(asks.gone()).isTrue();
  }

  @Test
  void aPortWhereAllAreBusyHasGuestsButNoFurtherCaller() throws IOException {
    connections = new PortConnections("port", limits(3, 40, 40), true, () -> now);
    for (Peer peer : List.of(known("web-1"), known("web-2"), known("web-3"))) {
      peer(peer).begin();
    }
    Peer probe = greeted("127.0.0.1");
    assertThat(probe.admitted()).as("the server's own probe, say").isTrue();
    connections.secured(probe.channel());
    peer(probe).begin();
    assertThat(peer(probe).shown("web-4")).isFalse();

    for (int i = 0; i < 100; i++) {
      assertThat(open("127.0.0.1").admitted()).isTrue();
    }
    assertThat(connections.size()).as("the probe, and the last one").isEqualTo(3 + 2);
    assertThat(probe.gone()).isFalse();
  }

  @Test
  void whoComesWhenTheOthersAreIdleAgainIsLetInAlsoBesideAGuest() throws IOException {
    connections = new PortConnections("port", limits(3, 40, 40), true, () -> now);
    List<Peer> busy = List.of(known("web-1"), known("web-2"), known("web-3"));
    busy.forEach(peer -> peer(peer).begin());
    Peer guest = greeted("127.0.0.1");
    busy.forEach(peer -> peer(peer).end());

    Peer next = greeted("127.0.0.1");
    assertThat(peer(next).shown("web-4")).isTrue();

    assertThat(guest.gone()).isFalse();
    assertThat(busy.stream().map(Peer::gone)).containsExactly(true, true, false);
  }

  @Test
  void aFullPortClosesTheConnectionThatHasBeenIdleForLongest() throws IOException {
    connections = new PortConnections("port", limits(3, 10, 4), true, () -> now);
    Peer first = known("web-1");
    Peer second = known("web-2");
    Peer third = known("web-3");
    peer(first).begin();
    peer(first).end();
    peer(third).begin();

    assertThat(open("127.0.0.1").admitted()).as("the server's own probe, say").isTrue();

    assertThat(second.gone()).isTrue();
    assertThat(first.gone()).isFalse();
    assertThat(third.gone()).isFalse();
    assertThat(connections.size()).isEqualTo(3);
  }

  @Test
  void strangersThatFillAPortGoBeforeAnybodyWhoIsKnown() throws IOException {
    connections = new PortConnections("port", limits(6, 4, 4), true, () -> now);
    List<Peer> known = List.of(known("web-1"), known("web-2"), known("web-3"));
    List<Peer> strangers = List.of(open("127.0.0.2"), open("127.0.0.2"), open("127.0.0.2"));

    assertThat(open("127.0.0.3").admitted()).isTrue();

    assertThat(known).noneMatch(Peer::gone);
    assertThat(strangers.stream().map(Peer::gone)).containsExactly(true, false, false);
  }

  private List<Peer> waiting(int count, String from) throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Peer peer = greeted(from);
      connections.waitsForUs(peer.channel());
      peers.add(peer);
    }
    return peers;
  }

  @Test
  void whoWaitsForUsStaysAndTheNewcomerOfTheSameAddressGoes() throws IOException {
    List<Peer> waiting = waiting(4, "127.0.0.1");
    Peer late = open("127.0.0.1");
    assertThat(connections.greeted(late.channel())).as("no TLS is made for it").isFalse();
    assertThat(late.gone()).isTrue();

    pass(Duration.ofSeconds(30));
    assertThat(waiting).as("its time is not running").noneMatch(Peer::gone);
    for (Peer peer : waiting) {
      assertThat(connections.served(peer.channel())).isTrue();
      connections.stepped(peer.channel());
    }
    assertThat(greeted("127.0.0.1").gone()).as("the others were answered just now").isTrue();
    assertThat(waiting).noneMatch(Peer::gone);
    pass(Duration.ofSeconds(2));
    assertThat(greeted("127.0.0.1").gone()).isFalse();
    assertThat(waiting.stream().map(Peer::gone)).containsExactly(true, false, false, false);
    pass(Duration.ofSeconds(9));
    assertThat(waiting).allMatch(Peer::gone);
  }

  @Test
  void whereAllWaitForUsTheAddressWithMoreMakesRoomForOneWithLess() throws IOException {
    List<Peer> flood = waiting(4, "127.0.0.1");
    List<Peer> more = waiting(4, "127.0.0.2");
    List<Peer> few = waiting(2, "127.0.0.3");

    Peer own = greeted("127.0.0.4");

    assertThat(own.gone()).isFalse();
    assertThat(few).noneMatch(Peer::gone);
    List<Peer> all = new ArrayList<>(flood);
    all.addAll(more);
    assertThat(all.stream().filter(Peer::gone)).hasSize(1);
    assertThat(List.of(flood.getFirst(), more.getFirst())).noneMatch(Peer::gone);
  }

  @Test
  void whoLetsUsWaitGoesEvenIfHisAddressHasTheFewest() throws IOException {
    waiting(4, "127.0.0.1");
    waiting(4, "127.0.0.2");
    waiting(1, "127.0.0.3");
    Peer idle = greeted("127.0.0.4");
    connections.waitsForUs(idle.channel());
    connections.served(idle.channel());
    connections.stepped(idle.channel());
    pass(Duration.ofSeconds(3));

    assertThat(greeted("127.0.0.5").gone()).isFalse();
    assertThat(idle.gone()).isTrue();
  }

  @Test
  void nothingIsComputedForOneThatWasClosedWhileItWaited() throws IOException {
    Peer peer = waiting(1, "127.0.0.1").getFirst();
    long before = connections.progress();
    connections.closed(peer.channel());
    assertThat(connections.served(peer.channel())).isFalse();
    assertThat(connections.progress()).isEqualTo(before);
  }

  @Test
  void whatIsBeingClosedTakesNoPlaceButIsBounded() throws IOException {
    connections = new PortConnections("port", limits(2, 200, 200), true, () -> now);
    List<Runnable> later = new ArrayList<>();
    connections.closer(later::add);
    int admitted = 0;
    for (int i = 0; i < 100; i++) {
      admitted += known("web-" + i, "127.0.0.1") ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(2 + 64);
    assertThat(connections.size()).isEqualTo(2 + 64);

    later.forEach(Runnable::run);
    assertThat(connections.size()).isEqualTo(2);
    assertThat(open("127.0.0.1").admitted()).isTrue();
  }

  @Test
  void aDescriptorThatIsScarceLeavesHalfForWhoIsKnown() {
    ConnectionLimits limits = ConnectionLimits.ofAgents(1024, 8L << 30);
    assertThat(limits.open()).isEqualTo(256);
    assertThat(limits.strangers() * (ConnectionLimits.SILENT_FACTOR + 1)).isLessThanOrEqualTo(128);
    assertThat(ConnectionLimits.ofAgents(65_536, 160 << 20).strangers()).isEqualTo(320);
  }

  @Test
  void nearlyAllConnectionsAreForNodes() {
    assertThat(ConnectionLimits.ofAgents(20_000, 8L << 30).open()).isEqualTo(17_052);
    assertThat(ConnectionLimits.ofPeople(20_000, 8L << 30).open()).isEqualTo(2_436);
    assertThat(ConnectionLimits.ofPeople(4096, 8L << 30).open()).isEqualTo(1024);
    assertThat(ConnectionLimits.ofAgents(1 << 20, 8L << 30).open()).isEqualTo(64_000);
  }
}
