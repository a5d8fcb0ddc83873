package dev.pullcord.agent.rights.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agent and runner, each on its side of a socket, as one user. */
class RemoteCommandsTest {
  @TempDir Path temp;
  private ServerSocketChannel socket;
  private RemoteCommands commands;
  private final Masks masks = new Masks();

  @BeforeEach
  void serve() throws IOException {
    serveFor(System.getProperty("user.name"));
  }

  private void serveFor(String agent) throws IOException {
    Path place = temp.resolve("socket-" + agent);
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket = listening.bind(UnixDomainSocketAddress.of(place));
    CommandService service = new CommandService(temp, HostClock.system());
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            service.serve(listening, agent);
          } catch (AsynchronousCloseException e) {
            return; // the test has ended
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    commands = new RemoteCommands(place, HostClock.system(), masks);
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
  }

  private CommandResult sh(String script, Duration timeout) {
    return commands.run(
        new Command(
            List.of("/bin/sh", "-c", script), temp, Map.of("PATH", "/usr/bin:/bin"), timeout),
        () -> false);
  }

  @Test
  void aCommandEndsAsItDoesWithoutARunner() {
    masks.add("one", List.of("secret"));
    CommandResult result = sh("echo the secret; pwd; exit 3", Duration.ofSeconds(60));

    assertThat(result.end()).isEqualTo(CommandResult.End.EXITED);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.output()).isEqualTo("the ****\n" + temp + "\n");
  }

  @Test
  void aCommandIsKilledAtItsLimitAndWhenNobodyWantsItAnyMore() {
    assertThat(sh("sleep 60", Duration.ofMillis(200)).end()).isEqualTo(CommandResult.End.TIMED_OUT);
    Command command =
        new Command(
            List.of("/bin/sleep", "60"), temp, Map.of("PATH", "/bin"), Duration.ofMinutes(1));
    assertThat(commands.run(command, () -> true).end()).isEqualTo(CommandResult.End.CANCELLED);
  }

  @Test
  void whatItHasWrittenSoFarIsShown() {
    Command command =
        new Command(
            List.of("/bin/sh", "-c", "echo begun; sleep 60"),
            temp,
            Map.of("PATH", "/usr/bin:/bin"),
            Duration.ofMinutes(1));
    CommandResult result = commands.run(command, () -> commands.outputSoFar(100).equals("begun\n"));

    assertThat(result.end()).isEqualTo(CommandResult.End.CANCELLED);
  }

  @Test
  void aProgramThatCannotBeStartedAndARunnerThatIsNotThereAreNotStarted() throws IOException {
    CommandResult result =
        commands.run(
            new Command(List.of("/no/such"), temp, Map.of(), Duration.ofSeconds(60)), () -> false);
    assertThat(result.end()).isEqualTo(CommandResult.End.NOT_STARTED);

    RemoteCommands nowhere =
        new RemoteCommands(temp.resolve("pullcord-commands.sock"), HostClock.system(), masks);
    CommandResult gone =
        nowhere.run(
            new Command(List.of("/bin/true"), temp, Map.of(), Duration.ofSeconds(60)), () -> false);
    assertThat(gone.end()).isEqualTo(CommandResult.End.NOT_STARTED);
    assertThat(gone.output()).contains("systemctl status pullcord-commands.socket");
  }

  @Test
  void ofACommandWhoseRunnerDiesNobodyClaimsThatItWasNotStarted() throws IOException {
    Path place = temp.resolve("dying");
    try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dying.bind(UnixDomainSocketAddress.of(place));
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (Frames frames = new Frames(dying.accept())) {
              while (frames.next(Duration.ofSeconds(1)).isEmpty()) {
                continue;
              }
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      RemoteCommands remote = new RemoteCommands(place, HostClock.system(), masks);
      Command command = new Command(List.of("/bin/true"), temp, Map.of(), Duration.ofSeconds(60));

      CommandResult result = remote.run(command, () -> false);

      assertThat(result.mayHaveRun()).isTrue();
      assertThat(ProgramFault.refused(result.output()).text())
          .startsWith("its end is unknown: the runner of commands at ")
          .doesNotContain("not started");
    }
  }

  @Test
  void somebodyElseThanTheAgentIsRefused() throws IOException {
    socket.close();
    serveFor("somebody");

    assertThat(sh("true", Duration.ofSeconds(60)).end()).isEqualTo(CommandResult.End.NOT_STARTED);
  }

  @Test
  void whatWasBuiltComesAsItIsWithoutBitsAndCanBeCleared() throws Exception {
    Path tree = Files.createDirectories(temp.resolve("state/tree"));
    Path into = Files.createDirectory(temp.resolve("state/into"));
    sh(
        "cd %s && mkdir -p a/b && echo x > a/b/file && cp /bin/true a/program".formatted(tree)
            + " && chmod 4755 a/program && ln -s b/file a/link && ln -s /bin/sh shell",
        Duration.ofSeconds(60));

    commands.receive(tree, into, tree, temp.resolve("state"));

    assertThat(into.resolve("a/b/file")).hasContent("x\n");
    assertThat(Files.getAttribute(into.resolve("a/program"), "unix:mode")).isEqualTo(0100755);
    assertThat(Files.readSymbolicLink(into.resolve("a/link"))).hasToString("b/file");
    assertThat(Files.readSymbolicLink(into.resolve("shell"))).hasToString("/bin/sh");
    commands.clear(tree);
    assertThat(tree).isEmptyDirectory();
  }

  @Test
  void aLinkIntoTheStateDirectoryAndASpecialFileAreRefused() throws Exception {
    Path tree = Files.createDirectories(temp.resolve("state/tree"));
    Path into = Files.createDirectory(temp.resolve("state/into"));
    for (String build :
        List.of(
            "ln -s " + temp.resolve("state/key.pem") + " x",
            "ln -s ../key.pem x",
            "mkfifo x",
            "ln -s ../../../../../../etc/passwd x")) {
      sh("rm -f %s/x; cd %s; %s".formatted(tree, tree, build), Duration.ofSeconds(60));
      assertThatThrownBy(() -> commands.receive(tree, into, tree, temp.resolve("state")))
          .as(build)
          .isInstanceOf(RefusedBuild.class);
    }
  }

  @Test
  void nothingIsWrittenThroughALinkThatWasSentBefore() throws Exception {
    Path into = Files.createDirectory(temp.resolve("into"));
    try (TreeReceiver receiver =
        new TreeReceiver(into, temp.resolve("place"), temp.resolve("place"), temp)) {
      receiver.take(entry(TreeEntry.Kind.LINK, "out", "/tmp"));
      assertThatThrownBy(() -> receiver.take(entry(TreeEntry.Kind.FILE, "out/x", "")))
          .hasMessageContaining("not a path inside");
      for (String name : List.of("../x", "/etc/x", "a/../../x", "")) {
        assertThatThrownBy(() -> receiver.take(entry(TreeEntry.Kind.FILE, name, "")))
            .as(name)
            .isInstanceOf(IOException.class);
      }
    }
  }

  private static byte[] entry(TreeEntry.Kind kind, String name, String target) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(kind.ordinal());
    out.writeLong(0);
    out.writeUTF(name);
    out.writeUTF(target);
    return bytes.toByteArray();
  }

  @Test
  void anAgentThatGoesTakesItsCommandWithIt() throws Exception {
    Path mark = temp.resolve("lives");
    Thread agent =
        Thread.ofPlatform()
            .start(() ->
                sh(
                    "while :; do touch %s; sleep 0.05; done".formatted(mark),
                    Duration.ofMinutes(1)));
    Eventually.within(Duration.ofSeconds(60)).isTrue("it runs", () -> Files.exists(mark));

    agent.interrupt();

    agent.join();
    Eventually.within(Duration.ofSeconds(60))
        .isTrue(
            "it has gone",
            () -> {
              mark.toFile().delete();
              LockSupport.parkNanos(300_000_000);
              return !Files.exists(mark);
            });
  }
}
