package dev.pullcord.systemtests.lab;

import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's host and a worker's host, installed with the commands of the docs, and an operator who
 * pushes. {@link #close} ends all of it.
 */
final class LabFleet implements AutoCloseable {
  /** Files of a repository whose worker notes its starts and its SIGTERMs, and can be made slow. */
  static final String WORKER =
      """
      trap 'echo $$ >> /var/tmp/terms; asked=1' TERM
      echo "$$ $PULLCORD_GENERATION" >> /var/tmp/starts
      while [ -z "$asked" ] || [ -e /var/tmp/linger ]; do sleep 0.1 & wait $!; done
      """;

  static final String MANIFEST =
      """
      version: 1
      bundles: {tasks: {paths: [bin/, task]}}
      check: [{run: [sh, bin/check], timeout: 60s}]
      workers: {grep: {kind: process, run: [sh, bin/worker], restart: overlap}}
      """;

  private static final String ADDRESS = "10.99.0.1";
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String PROGRAMS = LabHost.ROOT.resolve("build/bin").toString();

  final LabHost server;
  final LabHost node;
  private final LabNetwork network;

  /** Not booted yet. */
  LabFleet(Path home) {
    network = new LabNetwork(home.resolve("network"));
    server = LabHost.bare(home.resolve("server"), network, ADDRESS);
    node = LabHost.bare(home.resolve("node-1"), network, "10.99.0.11");
  }

  /** Boots both, types what the docs say, and lets the node join. */
  void install() {
    server.boot();
    node.boot();
    String said = type(server, "The server's host");
    String token = found(said, "admin token .*: (\\S+)");
    String fingerprint = found(said, "fingerprint .*: (\\S+)");
    operator(
        "echo %s | pullcord login https://%s:8420 --fingerprint %s"
            .formatted(token, ADDRESS, fingerprint));
    String invitation = found(operator("pullcord invite -o json"), "\"token\":\"([^\"]+)\"");
    node.sh("umask 077; echo " + invitation + " > /var/tmp/token");
    type(node, "A worker's host");
    operator("pullcord clone");
  }

  private static String type(LabHost host, String section) {
    String commands = DocsPage.commands("systemd.md", section);
    return host.on(
        "sh", "-ec", commands.replace("SERVER", ADDRESS).replace("FILE", "/var/tmp/token"));
  }

  private static String found(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    if (!found.find()) {
      throw new AssertionError("no " + pattern + " in " + text);
    }
    return found.group(1);
  }

  /** What a shell line of the operator says, with our programs on PATH; it must end with 0. */
  String operator(String line) {
    return network.operator(LIMIT, "export PATH=" + PROGRAMS + ":$PATH; " + line);
  }

  /** What the server says of the node, whatever the exit code is. */
  String why() {
    return operator("pullcord why node-1 || true");
  }

  /** Waits until the server says that of the node. */
  String saysOfNode(String what) {
    return Eventually.within(LIMIT).until(what, this::why, said -> said.contains(what));
  }

  /** Pushes these files over the network, as an operator does, and returns what git said. */
  String push(Map<String, String> files, String message) {
    Path clone = network.home().resolve("operator/fleet");
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = clone.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return operator(
        "cd fleet && git add --all && git -c user.name=Ada -c user.email=ada@example.org"
            + " commit -q -m '"
            + message
            + "' && git push -q origin HEAD:main 2>&1");
  }

  @Override
  public void close() {
    node.close();
    server.close();
    network.close();
  }
}
