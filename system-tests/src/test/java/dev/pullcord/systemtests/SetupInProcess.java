package dev.pullcord.systemtests;

import dev.pullcord.agent.main.AgentMain;
import dev.pullcord.demo.fleet.FleetSetup;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.server.ServerMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * Calls {@code init} and {@code join} in this process: as programs they take 0.9 and 0.5 s of CPU,
 * most of it to begin. Tests of these commands, of the demo and of packages run the programs.
 */
final class SetupInProcess implements FleetSetup {
  @Override
  public String makeServer(Path state) {
    return said(ServerMain.commandLine(), "init", "--state", state.toString(), "-o", "json");
  }

  @Override
  public void join(LocalAgent agent, String agentsUrl, String token) {
    try {
      Path file = Files.createTempFile("join", ".token"); // for its owner only
      try {
        Files.writeString(file, token);
        String state = agent.state().toString();
        said(
            AgentMain.commandLine(),
            "join",
            agentsUrl,
            "--name",
            agent.name(),
            "--state",
            state,
            "--token-file",
            file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String said(CommandLine program, String... arguments) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said, true);
    int exit = program.setOut(out).setErr(out).execute(arguments);
    if (exit != 0) {
      throw new IllegalStateException(
          String.join(" ", arguments) + " exited " + exit + ":\n" + said);
    }
    return said.toString();
  }
}
