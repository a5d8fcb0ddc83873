package dev.pullcord.demo.fleet;

import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.ProgramCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How a fleet's server is made and its nodes join: the commands that end at once. */
public interface FleetSetup {
  /**
   * Makes a server in a directory that is absent or empty.
   *
   * @return what {@code pullcord-server init -o json} prints
   */
  String makeServer(Path state);

  /**
   * Lets a node join.
   *
   * @throws IllegalStateException it could not, with what it said
   */
  void join(LocalAgent agent, String agentsUrl, String token);

  /** By the built programs, as a person would. */
  static FleetSetup by(BuiltPrograms programs, Path directory) {
    return new FleetSetup() {
      @Override
      public String makeServer(Path state) {
        return ProgramCall.of(
                directory,
                Map.of(),
                List.of(programs.server(), "init", "--state", state.toString(), "-o", "json"))
            .runOrFail()
            .output();
      }

      @Override
      public void join(LocalAgent agent, String agentsUrl, String token) {
        ProgramCall.Result joined = agent.join(agentsUrl, token);
        if (joined.exit() != 0) {
          throw new IllegalStateException(agent.name() + " could not join:\n" + joined.output());
        }
      }
    };
  }
}
