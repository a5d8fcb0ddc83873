package dev.pullcord.systemtests.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/start.md}, typed word for word from an empty home. Three things are not as on the
 * page: the ports, which others may have; the token and the fingerprint, which differ each time;
 * and the build, which is there already.
 */
class StartPageTest {
  private static final Path ROOT = BuiltPrograms.ofThisBuild().root();
  private static final Pattern TOKEN = Pattern.compile("\\bp(?:ct|cj1)_[A-Za-z0-9_-]+");
  private static final Pattern FINGERPRINT =
      Pattern.compile("fingerprint of the server's key: ([0-9a-f]{64})");

  @TempDir Path directory;
  private final Map<String, TypedTerminal> terminals = new HashMap<>();
  private Path home = Path.of("");
  private int people;
  private int agents;
  private String token = "";
  private String fingerprint = "";

  @BeforeEach
  void openTerminals() throws IOException {
    Needs.tool("git");
    Needs.tool("bash");
    home = Files.createDirectories(directory.resolve("home"));
    try (ServerSocket one = free();
        ServerSocket other = free()) {
      people = one.getLocalPort();
      agents = other.getLocalPort();
    }
    Map<String, String> environment =
        Map.of(
            "HOME",
            home.toString(),
            "PATH",
            System.getenv("PATH"),
            "LANG",
            "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM",
            "1");
    for (String name : List.of("first", "second", "third")) {
      terminals.put(name, new TypedTerminal(directory.resolve(name), ROOT, environment));
    }
  }

  @AfterEach
  void closeTerminals() {
    terminals.values().forEach(TypedTerminal::close);
    ours().forEach(ProcessHandle::destroyForcibly); // workers outlive their agent
  }

  @Test
  void eachLineWorksAndPrintsWhatThePageSays() throws Exception {
    List<StartPage.Step> steps = StartPage.read(Files.readString(ROOT.resolve("docs/start.md")));
    assertThat(steps).hasSizeGreaterThan(20);
    for (StartPage.Step step : steps) {
      for (TypedTerminal terminal : at(step)) {
        follow(terminal, step);
      }
    }
    assertThat(ours()).as("processes that are left").isEmpty();
    try (Stream<Path> left = Files.walk(home)) {
      assertThat(left.filter(Files::isRegularFile).map(file -> home.relativize(file).toString()))
          .as("files that are left")
          .isSubsetOf(".gitconfig");
    }
    assertThat(home.resolve(".gitconfig")).isEmptyFile();
  }

  private List<TypedTerminal> at(StartPage.Step step) {
    return step.terminal().equals("each")
        ? List.copyOf(terminals.values())
        : List.of(terminals.get(step.terminal()));
  }

  private void follow(TypedTerminal terminal, StartPage.Step step) throws Exception {
    switch (step) {
      case StartPage.Interrupt _ -> terminal.interrupt();
      case StartPage.See(_, List<String> lines) -> terminal.sees(lines, this::asOnThePage);
      case StartPage.Type(_, String line) -> type(terminal, line);
    }
  }

  private void type(TypedTerminal terminal, String line) throws IOException {
    if (line.equals("./pullcord build")) {
      return;
    }
    String typed = asHere(line);
    if (typed.contains(" run --state ")) {
      terminal.start(asRoot(typed));
      return;
    }
    boolean asks = typed.startsWith("pullcord login") || typed.startsWith("pullcord-agent join");
    terminal.type(asks ? "echo '" + token + "' | " + typed : typed);
    String output = terminal.lastOutput();
    token = last(TOKEN.matcher(output), 0, token);
    fingerprint = last(FINGERPRINT.matcher(output), 1, fingerprint);
  }

  /** What the page tells root on a host with systemd. */
  private String asRoot(String line) throws IOException {
    boolean held =
        "root".equals(System.getProperty("user.name"))
            && Files.isDirectory(Path.of("/run/systemd/system"));
    if (!held || !line.startsWith("pullcord-agent")) {
      return line;
    }
    Files.writeString(home.resolve("agent.yaml"), "as-root: true\n");
    return line + " --config ~/agent.yaml";
  }

  private String asHere(String line) {
    return line.replace("8420", Integer.toString(people))
        .replace("8421", Integer.toString(agents))
        .replaceAll("[0-9a-f]{8}…", fingerprint);
  }

  private String asOnThePage(String output) {
    return output
        .replace(Integer.toString(people), "8420")
        .replace(Integer.toString(agents), "8421")
        .replace(home.toString(), "~");
  }

  private static String last(Matcher matcher, int group, String otherwise) {
    List<String> found = new ArrayList<>(List.of(otherwise));
    while (matcher.find()) {
      found.add(matcher.group(group));
    }
    return found.getLast();
  }

  private List<ProcessHandle> ours() {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains(home.toString()))
        .toList();
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}
