package dev.pullcord.systemtests.lab;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One host: {@code scripts/lab.sh} boots it, and its disk outlives a boot. */
final class LabHost implements AutoCloseable {
  static final Path ROOT = Path.of(System.getProperty("pullcord.root"));

  private static final String JAVA = System.getProperty("java.home");
  private static final Duration BOOTS_WITHIN = Duration.ofSeconds(60);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

  private final LabBase base;
  private final Path home;
  private final Path shared;
  private final List<String> mounts;
  private final @Nullable LabNetwork network;
  private @Nullable Process host;

  /** One that is not booted yet, with the units and the agent on its disk, and no network. */
  LabHost(Path home, Path remote) {
    this(LabBase.bookworm(), home, null, List.of(remote + ":/srv/fleet.git"));
    try {
      install();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that is not booted yet and has nothing but a checkout in /opt/pullcord, and a network. */
  static LabHost bare(Path home, LabNetwork network, String address) {
    LabHost host = new LabHost(LabBase.bookworm(), home, network, List.of());
    host.joins(address);
    return host;
  }

  /** One that is not booted yet, and has a network but no Java and nothing of ours. */
  static LabHost empty(
      LabBase base, Path home, LabNetwork network, String address, List<String> mounts) {
    LabHost host = new LabHost(base, home, network, mounts);
    host.mounts.removeIf(LabHost::isOurs);
    host.joins(address);
    return host;
  }

  private void joins(String address) {
    try {
      // There is nothing to get them from.
      put("etc/apt/apt.conf.d/90lab", "APT::Install-Recommends \"false\";\n");
      put(
          "etc/systemd/network/10-lab.network",
          "[Match]\nName=host0\n[Network]\nAddress=" + address + "/24\n");
      put(
          "etc/systemd/system/multi-user.target.d/lab.conf",
          "[Unit]\nWants=systemd-networkd.service\n");
      put(
          "etc/systemd/system/network-online.target.d/lab.conf",
          "[Unit]\nWants=systemd-networkd-wait-online.service\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that is not booted yet and has no Java, nothing of ours and no network. */
  static LabHost withoutJava(Path home, List<String> mounts) {
    LabHost host = new LabHost(LabBase.bookworm(), home, null, mounts);
    host.mounts.removeIf(LabHost::isOurs);
    return host;
  }

  private static boolean isOurs(String mount) {
    return mount.startsWith(ROOT + "/") || mount.equals(JAVA);
  }

  private LabHost(LabBase base, Path home, @Nullable LabNetwork network, List<String> more) {
    this.base = base;
    this.home = home;
    this.network = network;
    this.shared = home.resolve("shared");
    this.mounts = new ArrayList<>(more);
    mounts.add(ROOT.resolve("systemd") + ":/opt/pullcord/systemd");
    mounts.add(ROOT.resolve("build/bin") + ":/opt/pullcord/build/bin");
    mounts.add(ROOT.resolve("build/lib") + ":/opt/pullcord/build/lib");
    mounts.add(JAVA);
    mounts.add(shared + ":/srv/shared");
    try {
      Files.createDirectories(shared);
      put("etc/hostname", home.getFileName() + "\n");
      Path units = Files.createDirectories(home.resolve("disk/etc/systemd/system"));
      for (String unit : base.masked()) {
        Files.createSymbolicLink(units.resolve(unit), Path.of("/dev/null"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void install() throws IOException {
    Path etc = home.resolve("disk/etc");
    Path units = Files.createDirectories(etc.resolve("systemd/system"));
    try (Stream<Path> all = Files.list(ROOT.resolve("systemd"))) {
      for (Path unit :
          all.filter(path -> path.toString().matches(".*\\.(service|socket)")).toList()) {
        Files.copy(unit, units.resolve(unit.getFileName().toString()));
      }
    }
    for (String file :
        List.of(
            "sysusers.d/pullcord-agent.conf",
            "tmpfiles.d/pullcord-agent.conf",
            "polkit-1/rules.d/50-pullcord.rules")) {
      Path target = etc.resolve(file);
      Files.createDirectories(target.getParent());
      Files.copy(ROOT.resolve("systemd").resolve(file), target);
    }
    Path scripts = Files.createDirectories(home.resolve("disk/usr/lib/pullcord"));
    for (String script : List.of("pullcord-generation", "pullcord-user")) {
      Files.copy(
          ROOT.resolve("systemd/lib").resolve(script),
          scripts.resolve(script),
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    Path agent = units.resolve("pullcord-agent.service.d/java.conf");
    Files.createDirectories(agent.getParent());
    Files.writeString(
        agent,
        "[Service]\nEnvironment=PULLCORD_JAVA_HOME=" + System.getProperty("java.home") + "\n");
    Files.createDirectories(etc.resolve("pullcord"));
    Files.writeString(
        etc.resolve("pullcord/agent.yaml"),
        "node: host\ngit: {url: \"file:///srv/fleet.git\", branch: main, poll: 1s}\n");
    Path programs = Files.createDirectories(home.resolve("disk/usr/bin"));
    Files.createSymbolicLink(
        programs.resolve("pullcord-agent"), Path.of("/opt/pullcord/build/bin/pullcord-agent"));
  }

  /** Writes a file of it, by its path without the first slash; before a boot, or while it is up. */
  void put(String path, String content) throws IOException {
    Path disk = host == null ? home.resolve("disk") : shared;
    Path target = disk.resolve(path);
    Files.createDirectories(target.getParent());
    Files.writeString(target, content);
    if (host != null) {
      on("cp", "/srv/shared/" + path, "/" + path);
    }
  }

  /** Makes the users and starts the agent, at this boot and every other. */
  void begin() {
    boot();
    on("systemd-sysusers");
    on("systemd-tmpfiles", "--create");
    on("systemctl", "enable", "--now", "pullcord-agent", "pullcord-workers");
  }

  /** Until its systemd says that it is up. */
  void boot() {
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  LabBase.SCRIPT.toString(), "boot", base.directory().toString(), home.toString()));
      command.addAll(mounts);
      ProcessBuilder boot =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("console").toFile()));
      if (network != null) {
        boot.environment().put("PULLCORD_LAB_NETWORK", network.home().toString());
      }
      Files.deleteIfExists(home.resolve("init"));
      host = boot.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(BOOTS_WITHIN)
        .until(
            "the host is up",
            () -> Files.exists(home.resolve("init")) ? ask("systemctl", "is-system-running") : "",
            state -> state.startsWith("running") || state.startsWith("degraded"));
  }

  /** From one moment to the next: nothing is told, nothing ends in order. */
  void losePower() throws IOException {
    long init = Long.parseLong(Files.readString(home.resolve("init")).strip());
    ProcessHandle.of(init).ifPresent(ProcessHandle::destroyForcibly);
    down();
  }

  /** In order. */
  void powerOff() {
    on("systemctl", "poweroff", "--no-block");
    down();
  }

  private void down() {
    Process booted = host;
    if (booted == null) {
      return;
    }
    try {
      if (!booted.waitFor(ANSWERS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the host does not go down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    host = null;
  }

  /** Runs a command as root; it must end with 0. */
  String on(String... command) {
    return run(ANSWERS_WITHIN, there(command));
  }

  /** Runs a shell line as root; it must end with 0. */
  String sh(String line) {
    return on("sh", "-c", line);
  }

  /** What a command says, whatever its exit code is. */
  String ask(String... command) {
    List<String> all = new ArrayList<>(there("sh", "-c", "\"$@\" 2>&1 || true", "sh"));
    all.addAll(List.of(command));
    return run(ANSWERS_WITHIN, all);
  }

  private List<String> there(String... command) {
    List<String> all = new ArrayList<>(List.of(LabBase.SCRIPT.toString(), "on", home.toString()));
    all.addAll(List.of(command));
    return all;
  }

  /** What the agent says of itself. */
  String status() {
    return ask(
        "runuser", "-u", "pullcord", "--", "pullcord-agent", "status", "--state=/var/lib/pullcord");
  }

  /** The lines of a file on it; none when there is no such file. */
  List<String> lines(String file) {
    return ask("sh", "-c", "[ ! -e " + file + " ] || cat " + file).lines().toList();
  }

  /** The units of workers that are up, in whatever state: name and state. */
  List<String> units() {
    return ask("systemctl", "list-units", "--plain", "--no-legend", "pullcord-worker*@*")
        .lines()
        .map(line -> line.split("\\s+"))
        .map(words -> words[0] + " " + words[3])
        .toList();
  }

  static String run(Duration limit, List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(command + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + command, e);
    }
  }

  @Override
  public void close() {
    if (host != null) {
      host.descendants().forEach(ProcessHandle::destroyForcibly);
      down();
    }
  }
}
