package dev.pullcord.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A git server that is not Pullcord's: a real OpenSSH on loopback, whose only command is a real
 * {@code git-shell}. It runs as the test's own user. What is wrong with it a test says.
 */
public final class GitSshUpstream implements AutoCloseable {
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(3);
  private static final int USUAL_PORT = 22;

  private final Path directory;
  private final Path root;
  private final Path sshd;
  private final String address;
  private final int port;
  private @Nullable Process daemon;

  /** What goes wrong with each command. */
  public enum Trouble {
    /** Nothing. */
    NONE,
    /** It says nothing for ever. */
    HANGS,
    /** So much of an answer, and the connection ends. */
    BREAKS,
    /** Its answer comes byte by byte. */
    TRICKLES
  }

  /**
   * A server.
   *
   * @param directory for its keys and settings
   * @param root the folder of bare repositories
   */
  public GitSshUpstream(Path directory, Path root) throws IOException {
    this(directory, root, "127.0.0.1", freePort());
  }

  /**
   * The same on the usual port, which {@link #shortUrl} cannot name another than; it has an address
   * of its own on loopback. Needs the right to listen there.
   */
  public static GitSshUpstream onUsualPort(Path directory, Path root) throws IOException {
    return new GitSshUpstream(directory, root, Loopback.random(), USUAL_PORT);
  }

  private GitSshUpstream(Path directory, Path root, String address, int port) throws IOException {
    this.address = address;
    this.port = port;
    this.directory = Files.createDirectories(directory);
    this.root = root;
    this.sshd = Needs.tool("sshd");
    Needs.tool("git-shell");
    key("host");
    key("client");
    trouble(Trouble.NONE);
    Path command = directory.resolve("command");
    Files.writeString(
        command,
        """
        #!/bin/sh
        case $(cat '%1$s/trouble') in
        HANGS) exec sleep 600 ;;
        BREAKS) git-shell -c "$SSH_ORIGINAL_COMMAND" | head -c 20000 ;;
        TRICKLES) git-shell -c "$SSH_ORIGINAL_COMMAND" |
          while kill -0 $PPID 2>/dev/null; do dd bs=1 count=1 2>/dev/null; sleep 0.002; done ;;
        *) exec git-shell -c "$SSH_ORIGINAL_COMMAND" ;;
        esac
        """
            .formatted(directory));
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    start();
  }

  /** Starts it, after the start or after it was killed. */
  public void start() throws IOException {
    Files.writeString(
        directory.resolve("sshd_config"),
        """
        ListenAddress %3$s:%2$d
        HostKey %1$s/host
        AuthorizedKeysFile %1$s/client.pub
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        AcceptEnv GIT_PROTOCOL
        ForceCommand %1$s/command
        LogLevel DEBUG1
        """
            .formatted(directory, port, address));
    if ("root".equals(System.getProperty("user.name"))) {
      Files.createDirectories(Path.of("/run/sshd")); // it does not start without
    }
    daemon =
        new ProcessBuilder(List.of(sshd.toString(), "-D", "-e", "-f", directory + "/sshd_config"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Eventually.within(BEGINS_WITHIN).isTrue("sshd listens", this::answers);
  }

  /** Whom a test signs in as. */
  public static String user() {
    return System.getProperty("user.name");
  }

  /** The address of one of its repositories. */
  public String url(String repository) {
    return "ssh://" + user() + "@" + address + ":" + port + root.resolve(repository);
  }

  /** The same as git writes it in short: {@code git@host:path}. */
  public String shortUrl(String repository) {
    return user() + "@" + address + ":" + root.resolve(repository);
  }

  /** The private key that may read. */
  public Path keyFile() {
    return directory.resolve("client");
  }

  /** What a {@code known_hosts} file has of it. */
  public String knownHosts() {
    try {
      String[] parts = Files.readString(directory.resolve("host.pub")).split(" ", 3);
      String name = port == USUAL_PORT ? address : "[" + address + "]:" + port;
      return name + " " + parts[0] + " " + parts[1];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What goes wrong from now on. */
  public void trouble(Trouble now) throws IOException {
    Files.writeString(directory.resolve("trouble"), now.name());
  }

  /** Another host key from the next start on. */
  public void newHostKey() throws IOException {
    key("host");
  }

  /** Makes a key pair of that name in the server's directory. */
  public Path key(String name, String... more) throws IOException {
    Path file = directory.resolve(name);
    Files.deleteIfExists(file);
    ProcessBuilder made =
        new ProcessBuilder(
            Needs.tool("ssh-keygen").toString(), "-q", "-C", "test", "-f", "" + file);
    made.command().addAll(more.length == 0 ? List.of("-t", "ed25519", "-N", "") : List.of(more));
    try {
      if (made.inheritIO().start().waitFor() != 0) {
        throw new IOException("ssh-keygen made no " + file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return file;
  }

  /** Ends it and every connection at once. */
  public void kill() {
    Process running = daemon;
    if (running != null) {
      running.descendants().forEach(ProcessHandle::destroyForcibly);
      running.destroyForcibly();
      running.onExit().join();
      daemon = null;
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(address, port)) {
      byte[] greeting = socket.getInputStream().readNBytes(4);
      return "SSH-".equals(new String(greeting, StandardCharsets.US_ASCII));
    } catch (IOException _) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
