package dev.pullcord.server.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresTurnTest {
  private static final Duration LEASE = Duration.ofSeconds(2);

  private final List<Store> open = new ArrayList<>();
  private PostgresAddress address;

  @BeforeEach
  void makeADatabase() throws SQLException {
    address = new PostgresAddress(TestPostgres.shared().newDatabase(), null);
  }

  @AfterEach
  void closeStores() {
    open.forEach(Store::close);
  }

  private static StoreServer server(String name) {
    return new StoreServer("https://" + name + ":8420", "https://" + name + ":8421", "1");
  }

  private PostgresTurn turn(String name) {
    return new PostgresTurn(address, "server " + name, null, server(name));
  }

  private PostgresTurn turn(String name, Duration lease) {
    return new PostgresTurn(address, "server " + name, null, server(name), lease);
  }

  /** For which a session that did nothing for a moment has lost its lease. */
  private PostgresTurn hasty(String name) {
    return turn(name, Duration.ofMillis(300));
  }

  private Store takenAtLast(PostgresTurn turn) {
    Store store =
        Eventually.within(Duration.ofSeconds(30))
            .until(turn.holder().name() + " is replaced", turn::take, Optional::isPresent)
            .orElseThrow();
    open.add(store);
    return store;
  }

  private Store taken(PostgresTurn turn) {
    Optional<Store> store = turn.take();
    assertThat(store).isPresent();
    open.add(store.get());
    return store.get();
  }

  private static boolean writes(Store store) {
    return store.write(tables -> {
      tables.touch();
      return true;
    });
  }

  private void lastRenewed(int secondsAgo) throws SQLException {
    TestPostgres.shared()
        .sql(
            address.url(),
            "update store_holder set renewed = now() - interval '" + secondsAgo + " seconds'");
  }

  @Test
  void firstServerHasTheStoreAtOnceAndTheNextOneIsToldWhoHasIt() {
    taken(turn("a"));
    PostgresTurn next = turn("b");

    assertThat(next.take()).isEmpty();
    assertThat(next.holder())
        .isEqualTo(new PostgresTurn.Holder("server a", "https://a:8420", "https://a:8421"));
  }

  @Test
  void serverWithTheSameAddressIsNoPlaceToGoTo() {
    taken(turn("a"));
    PostgresTurn next = turn("a");

    assertThat(next.take()).isEmpty();
    assertThat(next.holder()).isEqualTo(new PostgresTurn.Holder("server a", "", ""));
  }

  @Test
  void nextServerHasTheStoreAsSoonAsTheOneBeforeCloses() {
    Store first = taken(turn("a"));
    writes(first);
    PostgresTurn next = turn("b");
    assertThat(next.take()).isEmpty();
    CompletableFuture<Optional<Store>> waits = CompletableFuture.supplyAsync(next::take);
    first.close();

    Store second = waits.join().orElseThrow();
    open.add(second);
    assertThat(writes(second)).isTrue();
  }

  @Test
  void leaseThatWasRenewedInTimeIsLeftAlone() throws SQLException {
    Store first = taken(turn("a"));
    lastRenewed(3);

    assertThat(turn("b").take()).isEmpty();
    assertThat(writes(first)).isTrue();
  }

  /** As when the process is paused: its session is there, and does nothing. */
  @Test
  void sessionWithoutALeaseIsEndedAndItsServerWritesNoMore() throws SQLException {
    Store first = taken(turn("a"));
    PostgresTurn next = hasty("b");
    lastRenewed(11);

    Store second = takenAtLast(next);
    assertThatThrownBy(
            () -> {
              writes(first);
              writes(first);
            })
        .isInstanceOf(StoreException.class);
    assertThat(writes(second)).isTrue();
    assertThat(next.take()).as("a turn is taken once").isEmpty();
  }

  /** Its transaction is open, and holds the row that fences. */
  @Test
  void sessionThatIsPausedInTheMiddleOfAWriteIsEndedAsWell() throws Exception {
    PostgresWriting paused =
        PostgresWriting.take(new PostgresConnections(address), "server a", null);
    lastRenewed(11);
    paused.begin();

    Store second = takenAtLast(hasty("b"));
    assertThat(writes(second)).isTrue();
    assertThatThrownBy(paused::commit).extracting("code").isEqualTo("DB_UNKNOWN");
    paused.rollback();
    assertThatThrownBy(paused::begin).extracting("code").isEqualTo("DB_TAKEN");
    paused.close();
  }

  /** As after a start of the database: the active server was the first one to come back. */
  @Test
  void sessionThatWasOpenedAgainHasTimeForItsFirstRenewal() throws SQLException {
    taken(turn("a")).close();
    open.clear();
    try (Handle again = new PostgresConnections(address).open()) {
      again.select("select pg_advisory_lock(?)", PostgresWriting.LOCK).mapToMap().one();
      lastRenewed(600);

      assertThat(turn("b").take()).isEmpty();
      assertThat(again.select("select 1").mapTo(Integer.class).one()).isEqualTo(1);

      PostgresTurn next = hasty("b");
      takenAtLast(next);
    }
  }

  @Test
  void eachTransactionRenewsTheLease() throws SQLException {
    Store first = taken(turn("a"));
    lastRenewed(11);
    writes(first);

    assertThat(turn("b").take()).isEmpty();
  }

  @Test
  void ofThreeServersThatFindTheLeaseOverOneHasTheStore() throws SQLException {
    taken(turn("a"));
    lastRenewed(11);
    Eventually.within(Duration.ofSeconds(30))
        .isTrue("the session of a did nothing for a while", this::holderIsIdle);
    List<CompletableFuture<Optional<Store>>> all =
        Stream.of("b", "c", "d")
            .map(name -> turn(name, LEASE))
            .map(turn -> CompletableFuture.supplyAsync(turn::take))
            .toList();
    List<Store> got = all.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList();
    open.addAll(got);

    assertThat(got.stream().filter(PostgresTurnTest::stillWrites)).hasSize(1);
  }

  private boolean holderIsIdle() {
    return TestPostgres.shared()
        .isTrue(
            address.url(),
            "select state_change < now() - interval '"
                + LEASE.toMillis()
                + " milliseconds' from pg_stat_activity join pg_locks using (pid) where "
                + PostgresWriting.LOCKED);
  }

  private static boolean stillWrites(Store store) {
    try {
      return writes(store);
    } catch (StoreException _) {
      return false;
    }
  }

  @Test
  void serversAreListedWithTheActiveOneFirst() {
    taken(turn("z"));
    turn("a").take();

    assertThat(PostgresServers.exchange(address, server("m")))
        .extracting(SeenServer::server)
        .containsExactly(server("z"), server("a"), server("m"));
    assertThat(PostgresServers.all(address))
        .extracting(SeenServer::active)
        .containsExactly(true, false, false);
    assertThat(PostgresServers.all(address))
        .allMatch(s -> s.ago().compareTo(Duration.ofSeconds(20)) < 0);
  }

  @Test
  void databaseOfAnotherStoreIsRefusedBeforeAnybodyWaits() {
    taken(turn("a"));
    PostgresTurn other = new PostgresTurn(address, "b", "another id", server("b"));

    assertThatThrownBy(other::take).extracting("code").isEqualTo("DB_OTHER");
  }
}
