package dev.pullcord.agent.commands.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.Ownership;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code join} does while an agent has the state directory. */
class JoinCommandTest {
  @TempDir private Path temp;
  private final StringWriter output = new StringWriter();

  private int join(Path state, FakeServer server, String... more) throws IOException {
    Path token = temp.resolve("token");
    Files.writeString(token, server.invite());
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    CommandLine command = new CommandLine(new JoinCommand());
    command.setOut(new PrintWriter(output));
    command.setErr(new PrintWriter(output));
    List<String> arguments = new ArrayList<>(List.of(server.url(), "--name", "edge-1"));
    arguments.addAll(List.of("--state", state.toString(), "--token-file", token.toString()));
    arguments.add("--no-start");
    arguments.addAll(List.of(more));
    return command.execute(arguments.toArray(String[]::new));
  }

  @Test
  void aJoinAnewThatWasKilledGoesOnBesideARunningAgent() throws IOException {
    Path state = temp.resolve("state");
    try (FakeServer server = FakeServer.start()) {
      assertThat(join(state, server)).isZero();
      try (StateDirectory running = StateDirectory.open(state);
          ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        Files.move(running.root().resolve("node.json"), state.resolve("node.json.before-anew"));
        agent.bind(UnixDomainSocketAddress.of(state.resolve("control.sock")));
        Thread.ofVirtual().start(() -> hangUp(agent));

        assertThat(join(state, server, "--anew")).as(output.toString()).isZero();
      }
      assertThat(Membership.read(state)).isPresent();
    }
  }

  @Test
  void rootBesideARunningAgentLeavesWhatAPrepareIsWritingToItsUser() throws IOException {
    Needs.root("only root gives files away");
    Path state = temp.resolve("state");
    try (FakeServer server = FakeServer.start()) {
      assertThat(join(state, server, "--user", "nobody")).isZero();
      Path built = Files.createDirectories(state.resolve("releases/1/.pullcord/build"));
      Path written = Files.writeString(built.resolve("being-written"), "x");
      Ownership.of(written, "daemon", null).applyToFile(written);
      try (StateDirectory _ = StateDirectory.openForItsOwner(state);
          ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        Files.move(state.resolve("node.json"), state.resolve("node.json.before-anew"));
        agent.bind(UnixDomainSocketAddress.of(state.resolve("control.sock")));
        Thread.ofVirtual().start(() -> hangUp(agent));

        assertThat(join(state, server, "--anew")).as(output.toString()).isZero();
      }
      assertThat(owner(written)).isEqualTo("daemon");
      assertThat(owner(state.resolve("node.json"))).isEqualTo("nobody");
      assertThat(owner(state.resolve("key.pem"))).isEqualTo("nobody");
    }
  }

  @Test
  void rootThatIsRefusedBesideAnotherGivesNothingAway() throws IOException {
    Needs.root("only root gives files away");
    Path state = temp.resolve("state");
    try (FakeServer server = FakeServer.start();
        StateDirectory other = StateDirectory.open(state)) {
      Path written = Files.writeString(other.tmp().resolve("being-written"), "x");
      Ownership.of(written, "daemon", null).applyToFile(written);

      assertThat(join(state, server, "--user", "nobody")).isNotZero();
      assertThat(owner(written)).isEqualTo("daemon");
    }
  }

  @Test
  void rootThatIsRefusedTheStateDirectoryGivesAwayWhatItMadeAndNothingElse() throws IOException {
    Needs.root("only root gives files away");
    Path state = temp.resolve("state");
    try (FakeServer server = FakeServer.start()) {
      assertThat(join(state, server, "--user", "nobody")).isZero();
      Path written = Files.writeString(state.resolve("releases/being-written"), "x");
      Ownership.of(written, "daemon", null).applyToFile(written);
      Files.delete(state.resolve("cache/venvs"));
      Files.delete(state.resolve("passes"));
      Path spool = state.resolve("spool");
      Files.move(spool, temp.resolve("elsewhere"));
      Files.createSymbolicLink(spool, temp.resolve("elsewhere"));

      assertThat(join(state, server, "--user", "nobody")).isNotZero();

      assertThat(owner(written)).isEqualTo("daemon");
      assertThat(owner(state.resolve("passes"))).isEqualTo("nobody");
      assertThat(owner(state.resolve("cache/venvs"))).isEqualTo("nobody");
    }
  }

  @Test
  void rootThatJoinsByALinkGivesTheKeyToTheUser() throws IOException {
    Needs.root("only root gives files away");
    Path link =
        Files.createSymbolicLink(
            temp.resolve("link"), Files.createDirectory(temp.resolve("state")));
    try (FakeServer server = FakeServer.start()) {
      assertThat(join(link, server, "--user", "nobody")).as(output.toString()).isZero();
    }
    assertThat(owner(temp.resolve("state/key.pem"))).isEqualTo("nobody");
    assertThat(owner(temp.resolve("state"))).isEqualTo("nobody");
  }

  private static String owner(Path file) throws IOException {
    return Files.getOwner(file).getName();
  }

  private static void hangUp(ServerSocketChannel agent) {
    try {
      agent.accept().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aJoinAnewWaitsForTheEndOfAnotherOne() throws IOException {
    Path state = temp.resolve("state");
    try (FakeServer server = FakeServer.start()) {
      assertThat(join(state, server)).isZero();
      Path aside = state.resolve("node.json.before-anew");
      try (StateDirectory other = StateDirectory.open(state)) {
        Files.move(other.root().resolve("node.json"), aside);

        assertThat(join(state, server, "--anew")).isNotZero();
      }
      assertThat(aside).exists();
      assertThat(state.resolve("node.json")).doesNotExist();
    }
  }

  @Test
  void nobodyJoinsBesideAnAgentThatIsNoMember() throws IOException {
    Path state = temp.resolve("state");
    try (FakeServer server = FakeServer.start();
        StateDirectory running = StateDirectory.open(state)) {
      assertThat(join(state, server)).isNotZero();
      assertThat(Membership.read(running.root())).isEmpty();
    }
  }
}
