package dev.pullcord.agent.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTest {
  @TempDir private Path state;
  @TempDir private Path otherState;
  private final FakeServer server = FakeServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private JoinResult join(Path where, String token) {
    return new Join(where, HostClock.system())
        .run(new Join.Request(server.url(), token, "edge-1", null, false));
  }

  private static JoinResult.Joined joined(JoinResult result) {
    assertThat(result).isInstanceOf(JoinResult.Joined.class);
    return (JoinResult.Joined) result;
  }

  private static String notJoined(JoinResult result, ExitCode exit) {
    assertThat(result)
        .isInstanceOfSatisfying(
            JoinResult.NotJoined.class, n -> assertThat(n.exit()).isEqualTo(exit));
    return ((JoinResult.NotJoined) result).reason();
  }

  @Test
  void writesDownWhatTheServerSaid() throws IOException {
    Membership membership = joined(join(state, server.invite())).membership();

    assertThat(membership.node().value()).isEqualTo("edge-1");
    assertThat(membership.repository()).isEqualTo("fleet");
    assertThat(membership.ref()).isEqualTo("main");
    assertThat(membership.server()).isEqualTo(server.address());
    assertThat(Membership.read(state)).contains(membership);
  }

  @Test
  void keepsTheKeyToItsOwner() throws IOException {
    joined(join(state, server.invite()));

    for (String name : new String[] {"key.pem", "certificate.pem", "node.json"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve(name))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void refusesAKeyThatOthersCanRead() throws IOException {
    joined(join(state, server.invite()));
    Path key = state.resolve("key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(notJoined(join(state, server.invite()), ExitCode.FAILED))
        .contains("chmod 0600 " + key);
  }

  @Test
  void isDoneWhenItHasJoinedAlready() {
    joined(join(state, server.invite()));

    assertThat(joined(join(state, "whatever")).already()).isTrue();
    assertThat(server.requests("POST /agent/v1/enroll")).isEqualTo(1);
  }

  @Test
  void getsTheSameAnswerAgainWithTheSameKeyAndToken() throws IOException {
    String token = server.invite();
    Membership first = joined(join(state, token)).membership();
    // Killed after the server had answered, before the answer was written down.
    Files.delete(state.resolve("node.json"));

    JoinResult.Joined again = joined(join(state, token));

    assertThat(again.membership()).isEqualTo(first);
    assertThat(again.already()).isFalse();
  }

  @Test
  void joinsAgainAfterTheServerForgotTheNode() throws IOException {
    joined(join(state, server.invite()));
    server.remove(NodeKeyFiles.read(state));

    assertThat(joined(join(state, server.invite())).already()).isFalse();
  }

  /** As the message KEY_MISSING advises. */
  @Test
  void joinsAgainWithANewTokenAfterItsKeyWasLost() throws IOException {
    joined(join(state, server.invite()));
    server.remove(NodeKeyFiles.read(state));
    Files.delete(state.resolve("key.pem"));

    assertThat(joined(join(state, server.invite())).already()).isFalse();
    assertThat(NodeKeyFiles.read(state)).isNotNull();
  }

  @Test
  void isStillAMemberWhileTheServerIsAway() {
    joined(join(state, server.invite()));
    server.goAway();

    assertThat(joined(join(state, "whatever")).already()).isTrue();
  }

  @Test
  void saysWhyAUsedTokenIsRefused() {
    String token = server.invite();
    joined(join(state, token));

    assertThat(notJoined(join(otherState, token), ExitCode.REFUSED))
        .startsWith("TOKEN_REFUSED")
        .contains("used by another node");
    assertThat(otherState.resolve("node.json")).doesNotExist();
  }

  @Test
  void sendsNoSecretToAServerThatDidNotMakeTheToken() {
    String foreign = new JoinToken("ab".repeat(32), "0".repeat(16), "5e".repeat(32)).text();

    assertThat(notJoined(join(state, foreign), ExitCode.UNREACHABLE))
        .contains("made by another server")
        .contains("PIN_MISMATCH");
    assertThat(server.requests())
        .as("it only asks which port this is, without a token and without its key")
        .containsOnly("GET /api/v1/whoami");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "pcj1_!!!", "pcj1_AAAA"})
  void saysWhatIsWrongWithAMistypedTokenAndSendsNothing(String token) {
    assertThat(notJoined(join(state, token), ExitCode.USAGE)).contains("join token");
    assertThat(server.requests()).isEmpty();
    assertThat(state.resolve("key.pem")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost:1", "https://a:b@localhost:1", "https://localhost:1/x", "x y"})
  void refusesAnAddressThatIsNone(String url) {
    JoinResult result =
        new Join(state, HostClock.system())
            .run(new Join.Request(url, server.invite(), "edge-1", null, false));

    assertThat(notJoined(result, ExitCode.USAGE)).startsWith("CONFIG_URL").doesNotContain("a:b");
  }

  @Test
  void refusesToJoinASecondServerFromOneStateDirectory() {
    joined(join(state, server.invite()));
    try (FakeServer other = FakeServer.start()) {
      JoinResult result =
          new Join(state, HostClock.system())
              .run(new Join.Request(other.url(), other.invite(), "edge-1", null, false));

      assertThat(notJoined(result, ExitCode.USAGE)).contains("belongs to node edge-1");
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void followsItsServerToAnotherAddress() throws IOException {
    joined(join(state, server.invite()));
    String moved = server.url().replace("localhost", "127.0.0.1");

    JoinResult result =
        new Join(state, HostClock.system())
            .run(new Join.Request(moved, server.invite(), "edge-1", null, false));

    assertThat(joined(result).membership().serverUrl()).isEqualTo(moved);
    assertThat(Membership.read(state)).contains(joined(result).membership());
  }

  private JoinResult anew(String url, String token) {
    return new Join(otherState, HostClock.system())
        .run(new Join.Request(url, token, "edge-2", null, true));
  }

  /** Copies a state directory as whoever clones a machine does. */
  private NodeKey cloned() throws IOException {
    joined(join(state, server.invite()));
    for (String name : new String[] {"key.pem", "certificate.pem", "node.json"}) {
      Files.copy(state.resolve(name), otherState.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.writeString(otherState.resolve("desired.json"), "{}");
    Files.writeString(Files.createDirectory(otherState.resolve("spool")).resolve("1"), "{}");
    return NodeKeyFiles.read(state);
  }

  @Test
  void aCopyOfAnotherHostBecomesANodeOfItsOwn() throws IOException {
    NodeKey original = cloned();

    Membership own = joined(anew(server.url(), server.invite())).membership();

    assertThat(own.node().value()).isEqualTo("edge-2");
    assertThat(NodeKeyFiles.read(otherState).id()).isNotEqualTo(original.id());
    assertThat(NodeKeyFiles.read(state).id()).isEqualTo(original.id());
    assertThat(otherState.resolve("desired.json")).doesNotExist();
    assertThat(otherState.resolve("spool")).isEmptyDirectory();
    try (Stream<Path> files = Files.list(otherState)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("key.pem", "certificate.pem", "node.json", "spool");
    }
    assertThat(joined(join(state, "whatever")).already()).isTrue();
  }

  @Test
  void whoIsNotTakenInAnewStaysWhoItWas() throws IOException {
    NodeKey original = cloned();
    Optional<Membership> before = Membership.read(otherState);
    String used = server.invite();
    joined(
        new Join(Files.createDirectory(state.resolve("third")), HostClock.system())
            .run(new Join.Request(server.url(), used, "edge-3", null, false)));

    assertThat(notJoined(anew(server.url(), used), ExitCode.REFUSED)).contains("TOKEN_REFUSED");
    assertThat(notJoined(anew(server.url(), "garbage"), ExitCode.USAGE)).contains("join token");
    String fresh = server.invite();
    server.goAway();
    notJoined(anew(server.url(), fresh), ExitCode.UNREACHABLE);

    assertThat(Membership.read(otherState)).isEqualTo(before);
    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(original.id());
    assertThat(otherState.resolve("spool").resolve("1")).exists();
  }

  /** What a try leaves behind that was killed while it waited for the server. */
  private NodeKey killedWhileItAsked() throws IOException {
    new FormerIdentity(otherState).setAside();
    return NodeKeyFiles.readOrCreate(otherState);
  }

  @Test
  void aTryAfterAKillGoesOnWithTheKeyOfTheFirstOne() throws IOException {
    NodeKey original = cloned();
    String token = server.invite();
    NodeKey first = killedWhileItAsked();

    joined(anew(server.url(), token));

    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(first.id());
    assertThat(first.id()).isNotEqualTo(original.id());
    try (Stream<Path> files = Files.list(otherState)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("key.pem", "certificate.pem", "node.json", "spool");
    }
  }

  @Test
  void aTryAfterAKillThatIsNotTakenInPutsTheFirstKeyBack() throws IOException {
    NodeKey original = cloned();
    Optional<Membership> before = Membership.read(otherState);
    String token = server.invite();
    server.goAway();
    for (int kills = 0; kills < 3; kills++) {
      killedWhileItAsked();
    }

    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);

    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(original.id());
    assertThat(Membership.read(otherState)).isEqualTo(before);
  }

  @Test
  void aKillWhileTheFilesAreMovedLosesNoneOfThem() throws IOException {
    NodeKey original = cloned();
    Optional<Membership> before = Membership.read(otherState);
    String token = server.invite();
    server.goAway();
    Path key = otherState.resolve("key.pem");
    Files.move(key, otherState.resolve("key.pem.before-anew"));
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);
    assertThat(NodeKeyFiles.read(otherState).id()).as("set aside by half").isEqualTo(original.id());

    killedWhileItAsked();
    Files.delete(otherState.resolve("all.before-anew"));
    Files.move(otherState.resolve("node.json.before-anew"), otherState.resolve("node.json"));
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);
    assertThat(NodeKeyFiles.read(otherState).id()).as("put back by half").isEqualTo(original.id());
    assertThat(Membership.read(otherState)).isEqualTo(before);
  }

  /** Joined anew, and killed before the last of what was aside had been cleared away. */
  private NodeKey joinedAnewAndKilled(String... left) throws IOException {
    cloned();
    joined(anew(server.url(), server.invite()));
    for (String name : left) {
      Files.writeString(otherState.resolve(name + ".before-anew"), "of the first node");
    }
    return NodeKeyFiles.read(otherState);
  }

  @Test
  void aSecondJoinAnewIsOneAlsoWhereTheFirstLeftItsMark() throws IOException {
    NodeKey second = joinedAnewAndKilled("all", "key.pem");

    assertThat(joined(anew(server.url(), server.invite())).already()).isFalse();

    assertThat(NodeKeyFiles.read(otherState).id()).isNotEqualTo(second.id());
    assertThat(otherState.resolve("all.before-anew")).doesNotExist();
  }

  @Test
  void aSecondJoinAnewThatIsNotTakenInLeavesTheNodeWhoTheFirstMadeIt() throws IOException {
    NodeKey second = joinedAnewAndKilled("all", "key.pem", "certificate.pem");
    Optional<Membership> before = Membership.read(otherState);
    String token = server.invite();
    server.goAway();

    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);

    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(second.id());
    assertThat(Membership.read(otherState)).isEqualTo(before);
  }

  @Test
  void aJoinAfterOneThatWasKilledWhileItSetFilesAsideEndsThatOne() throws IOException {
    cloned();
    Files.move(otherState.resolve("node.json"), otherState.resolve("node.json.before-anew"));
    joined(join(otherState, server.invite()));
    NodeKey same = NodeKeyFiles.read(otherState);

    assertThat(joined(anew(server.url(), server.invite())).already()).isFalse();

    assertThat(NodeKeyFiles.read(otherState).id()).isNotEqualTo(same.id());
  }

  @Test
  void aJoinAnewThatIsNotTakenInTakesNothingAwayThatHasNothingAside() throws IOException {
    NodeKey key = NodeKeyFiles.readOrCreate(otherState);
    Files.createFile(otherState.resolve("all.before-anew"));
    String token = server.invite();
    server.goAway();

    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);

    server.comeBack();
    joined(anew(server.url(), token));
    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(key.id());
  }

  @Test
  void aJoinAnewWhoseAnswerWasLostIsTakenInWhenItIsRepeated() throws IOException {
    NodeKey original = cloned();
    Optional<Membership> before = Membership.read(otherState);
    String token = server.invite();
    server.loseEnrolments(1);
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);
    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(original.id());
    assertThat(Membership.read(otherState)).isEqualTo(before);

    joined(anew(server.url(), token));

    assertThat(NodeKeyFiles.read(otherState).id()).isNotEqualTo(original.id());
    assertThat(otherState.resolve("spool")).isEmptyDirectory();
    try (Stream<Path> files = Files.list(otherState)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("key.pem", "certificate.pem", "node.json", "spool");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whereNoNodeWasTheRepetitionOfALostJoinAnewHasTheSameKey(boolean alsoAnew) {
    String token = server.invite();
    server.loseEnrolments(1);
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);

    joined(
        new Join(otherState, HostClock.system())
            .run(new Join.Request(server.url(), token, "edge-2", null, alsoAnew)));

    assertThat(otherState.resolve("key.pem.anew")).doesNotExist();
  }

  @Test
  void aServerWithAFaultMayHaveTakenTheNewKeyInAndOneThatRefusesHasNot() throws IOException {
    cloned();
    String token = server.invite();
    server.answer("/agent/v1/enroll", exchange -> FakeServer.problem(exchange, 500, "BUG"));
    notJoined(anew(server.url(), token), ExitCode.REFUSED);
    assertThat(otherState.resolve("key.pem.anew")).exists();

    server.answer("/agent/v1/enroll", exchange -> FakeServer.problem(exchange, 409, "NAME_TAKEN"));
    notJoined(anew(server.url(), token), ExitCode.REFUSED);

    assertThat(otherState.resolve("key.pem.anew")).doesNotExist();
    assertThat(otherState.resolve("asked.anew")).doesNotExist();
  }

  @Test
  void aKeyThatTheServerKnowsByAnotherTokenIsKept() throws IOException {
    NodeKey original = cloned();
    String token = server.invite();
    server.answer(
        "/agent/v1/enroll", exchange -> FakeServer.problem(exchange, 409, "KEY_ENROLLED"));

    assertThat(notJoined(anew(server.url(), token), ExitCode.REFUSED)).contains("KEY_ENROLLED");

    assertThat(otherState.resolve("key.pem.anew")).exists();
    assertThat(otherState.resolve("asked.anew")).exists();
    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(original.id());
  }

  @Test
  void aRefusalOfAnotherTokenAfterAKillKeepsTheKeyForTheFirst() throws IOException {
    cloned();
    String token = server.invite();
    String used = server.invite();
    joined(join(Files.createDirectory(state.resolve("third")), used));
    NodeKey first = killedWhileItAsked();
    String question = JoinToken.parse(token).id() + " edge-2\n";
    Files.writeString(otherState.resolve("asked.anew"), question);

    notJoined(anew(server.url(), used), ExitCode.REFUSED);
    assertThat(otherState.resolve("asked.anew")).hasContent(question);

    joined(anew(server.url(), token));
    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(first.id());
    assertThat(otherState.resolve("asked.anew")).doesNotExist();
  }

  @Test
  void aRepetitionAtAWrongServerOrOfAPlainJoinKeepsTheKeyWhoseAnswerWasLost() throws IOException {
    cloned();
    String token = server.invite();
    server.loseEnrolments(1);
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);
    String kept = Files.readString(otherState.resolve("key.pem.anew"));

    try (FakeServer other = FakeServer.start()) {
      assertThat(notJoined(anew(other.url(), token), ExitCode.UNREACHABLE)).contains("another");
    }
    assertThat(otherState.resolve("key.pem.anew")).hasContent(kept);
    assertThat(joined(join(otherState, "whatever")).already()).isTrue();
    assertThat(otherState.resolve("key.pem.anew")).hasContent(kept);

    joined(anew(server.url(), token));
    assertThat(otherState.resolve("key.pem")).hasContent(kept);
  }

  @Test
  void anotherTokenOrNameGetsAnotherKey() throws IOException {
    cloned();
    String token = server.invite();
    String other = server.invite();
    server.goAway();
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);
    String first = Files.readString(otherState.resolve("key.pem.anew"));
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);
    assertThat(otherState.resolve("key.pem.anew")).hasContent(first);

    notJoined(anew(server.url(), other), ExitCode.UNREACHABLE);

    String second = Files.readString(otherState.resolve("key.pem.anew"));
    assertThat(second).isNotEqualTo(first);
    var unused =
        new Join(otherState, HostClock.system())
            .run(new Join.Request(server.url(), other, "edge-3", null, true));
    assertThat(Files.readString(otherState.resolve("key.pem.anew"))).isNotEqualTo(second);
    assertThat(Files.readString(otherState.resolve("asked.anew"))).doesNotContain("5e5e");
  }

  /** The files that a try moves, in the order in which it does; a kill comes after any of them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aKillWhileANewKeyIsKeptOrTakenUpLosesNeitherKey(int moves) throws IOException {
    NodeKey original = cloned();
    String token = server.invite();
    server.loseEnrolments(1);
    notJoined(anew(server.url(), token), ExitCode.UNREACHABLE);
    String kept = Files.readString(otherState.resolve("key.pem.anew"));
    // As it is when the server is asked; then it is put back, by so many steps.
    for (String name : new String[] {"node.json", "key.pem", "certificate.pem"}) {
      Files.move(otherState.resolve(name), otherState.resolve(name + ".before-anew"));
    }
    move("key.pem", moves < 1, ".anew");
    move("certificate.pem", moves < 2, ".anew");
    if (moves < 3) {
      Files.createFile(otherState.resolve("all.before-anew"));
    }
    move("certificate.pem", moves > 3, ".before-anew");
    move("key.pem", moves > 4, ".before-anew");

    joined(anew(server.url(), token));

    assertThat(otherState.resolve("key.pem")).hasContent(kept);
    assertThat(NodeKeyFiles.read(otherState).id()).isNotEqualTo(original.id());
  }

  private void move(String name, boolean back, String from) throws IOException {
    if (back) {
      Files.move(otherState.resolve(name + from), otherState.resolve(name));
    }
  }

  @Test
  void aJoinAnewThatWasKilledIsUndoneByAnAgentThatStarts() throws IOException {
    NodeKey original = cloned();
    Optional<Membership> before = Membership.read(otherState);
    killedWhileItAsked();
    Files.writeString(otherState.resolve("asked.anew"), "0000000000000001 edge-2\n");

    assertThat(Join.undo(otherState)).isTrue();

    assertThat(NodeKeyFiles.read(otherState).id()).isEqualTo(original.id());
    assertThat(Membership.read(otherState)).isEqualTo(before);
    assertThat(otherState.resolve("key.pem.anew")).exists();
    assertThat(Join.undo(otherState)).isFalse();
  }

  @Test
  void aSpoolWithADirectoryMakesNoJoinFail() throws IOException {
    cloned();
    Path told = Files.createDirectory(otherState.resolve("spool").resolve("notify"));
    Files.writeString(told.resolve("1"), "{}");

    joined(anew(server.url(), server.invite()));

    assertThat(otherState.resolve("spool")).isEmptyDirectory();
  }

  @Test
  void refusesANameThatIsNone() {
    JoinResult result =
        new Join(state, HostClock.system())
            .run(new Join.Request(server.url(), server.invite(), "Edge One", null, false));

    assertThat(notJoined(result, ExitCode.USAGE)).contains("not a node name");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void usesTheKeyThatIsThereAlready() throws IOException {
    NodeKey key = NodeKeyFiles.readOrCreate(state);

    joined(join(state, server.invite()));

    assertThat(NodeKeyFiles.read(state).id()).isEqualTo(key.id());
  }

  @Test
  void neverShowsTheToken() {
    assertThat(new Join.Request("u", "pcj1_secret", "n", null, false).toString())
        .doesNotContain("secret");
  }
}
