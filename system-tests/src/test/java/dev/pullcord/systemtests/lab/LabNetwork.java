package dev.pullcord.systemtests.lab;

import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A bridge in a network namespace of its own, to which hosts are joined when they boot. Nobody else
 * can reach it. It has a place for one operator, whose commands run on this machine.
 */
final class LabNetwork implements AutoCloseable {
  private static final String SCRIPT = LabHost.ROOT.resolve("scripts/lab.sh").toString();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path home;
  private final Process bridge;

  /** Made, with its files in that directory. */
  LabNetwork(Path home) {
    Needs.root("it makes a network namespace");
    Needs.tool("ip");
    Needs.tool("nsenter");
    this.home = home;
    try {
      Files.createDirectories(home.resolve("operator"));
      bridge =
          new ProcessBuilder(SCRIPT, "network", home.toString())
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("bridge.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Eventually.within(LIMIT)
        .isTrue("there is a bridge", () -> Files.exists(home.resolve("network")));
  }

  Path home() {
    return home;
  }

  /** What a command of the operator says, who has a home directory; it must end with 0. */
  String operator(Duration limit, String line) {
    String in = "cd " + home.resolve("operator") + " && export HOME=$PWD && " + line;
    return LabHost.run(
        limit, new ArrayList<>(List.of(SCRIPT, "at", home.toString(), "bash", "-c", in)));
  }

  @Override
  public void close() {
    try {
      bridge.getOutputStream().close();
      if (!bridge.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the bridge does not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
