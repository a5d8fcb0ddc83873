package dev.pullcord.cli.fake;

import dev.pullcord.cli.Main;
import dev.pullcord.cli.host.CliClock;
import dev.pullcord.cli.host.Host;
import dev.pullcord.cli.host.ProgramRunner;
import dev.pullcord.testkit.CapturingConsole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operator's machine: a home directory of its own, and git that is real and sees only that. */
public final class Machine {
  private final Map<String, String> environment = new HashMap<>();
  private final CapturingConsole console = new CapturingConsole();
  private final FakeTerminal terminal = new FakeTerminal();
  private final List<List<String>> handedOver = new ArrayList<>();
  private final Path home;
  private String input = "";
  private List<String> self = List.of("/opt/it's/pullcord");
  private @Nullable OutputStream otherOutput;
  private long eachLookNanos;
  private boolean timeGoesByLooks;

  /** A machine with this home. */
  public Machine(Path home) {
    this.home = home;
    environment.put("HOME", home.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("PATH", System.getenv("PATH"));
  }

  /** A machine that is signed in to a server by its environment. */
  public static Machine signedIn(Path home, FakeServer server) {
    Machine machine = new Machine(home);
    machine.set("PULLCORD_URL", server.url());
    machine.set("PULLCORD_TOKEN", FakeServer.TOKEN);
    return machine;
  }

  /** Sets a variable. */
  public void set(String name, String value) {
    environment.put(name, value);
  }

  /** What the next run reads from standard input. */
  public void type(String text) {
    input = text;
  }

  /** Puts another stream in the place of standard output. */
  public void writeTo(OutputStream out) {
    otherOutput = out;
  }

  /** From now on each look at the clock that measures takes so much longer. */
  public void eachLookAtTheClockTakes(Duration time) {
    eachLookNanos = time.toNanos();
  }

  /** From now on time goes by so much at each look at the clock that measures, and else stands. */
  public void timeGoesOnlyByLooks(Duration eachLook) {
    eachLookAtTheClockTakes(eachLook);
    timeGoesByLooks = true;
  }

  /** Makes the command a program that git can start, below a directory with a difficult name. */
  public void install() throws IOException {
    Path launcher = Files.createDirectories(home.resolve("it's a bin")).resolve("pullcord");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec '" + java + "' -cp '" + classPath + "' dev.pullcord.cli.Main \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    self = List.of(launcher.toString());
  }

  /** Runs the command. */
  public int run(String... args) {
    console.clear();
    Host host =
        new Host(
            environment,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            otherOutput == null ? console.out() : otherOutput,
            console.err(),
            terminal,
            new StoppedClock(),
            new RealGit());
    return Main.run(host, args);
  }

  /** Standard output of the last run. */
  public String out() {
    return console.outText();
  }

  /** Standard error of the last run. */
  public String err() {
    return console.errText();
  }

  /** The terminal. */
  public FakeTerminal terminal() {
    return terminal;
  }

  /** Programs that got our terminal. */
  public List<List<String>> handedOver() {
    return List.copyOf(handedOver);
  }

  /** Runs git with this machine's home; its output. */
  public String git(String... args) throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of("git"));
    argv.addAll(List.of(args));
    return execute(argv).output().strip();
  }

  private ProgramRunner.Ended execute(List<String> argv) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(argv).directory(home.toFile()).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder.environment().remove("XDG_CONFIG_HOME");
    builder.environment().remove("GIT_SSL_CAINFO");
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    Process process = builder.start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readNBytes(1 << 20), StandardCharsets.UTF_8);
    return new ProgramRunner.Ended(process.waitFor(), output);
  }

  /** Shows one moment for ever, and measures as the machine does unless it is told otherwise. */
  private final class StoppedClock implements CliClock {
    private long looks;

    @Override
    public Instant now() {
      return FakeFleet.NOW;
    }

    @Override
    public long nanoTime() {
      return (timeGoesByLooks ? 0 : System.nanoTime()) + looks++ * eachLookNanos;
    }
  }

  private final class RealGit implements ProgramRunner {
    @Override
    public Ended run(List<String> argv) throws IOException, InterruptedException {
      return execute(argv);
    }

    @Override
    public int hand(List<String> argv) {
      handedOver.add(argv);
      return 0;
    }

    @Override
    public List<String> self() {
      return self;
    }
  }
}
