package dev.pullcord.server.commands;

import dev.pullcord.base.doctor.Examination;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.doctor.DoctorPatient;
import dev.pullcord.server.doctor.ServerDoctor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what is wrong with the server and its host, and what to do. */
@Command(
    name = "doctor",
    description = {
      "Look at the server and its host, and say what is wrong and what to do.",
      "",
      "It changes nothing, and the server may be running or not. Exit code 0: nothing is wrong; 1:"
          + " something is."
    },
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration; default: /etc/pullcord/server.yaml where it exists.")
  private @Nullable Path configFile;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The server's state directory; default: what the configuration says.")
  private @Nullable Path state;

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "text, or json: {\"checks\": [{\"name\", \"ok\", \"detail\", \"fix\"}]}.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    ServerConfig file = ServerConfig.load(configFile);
    ServerConfig config = state == null ? file : file.in(state);
    Examination found =
        ServerDoctor.examine(DoctorPatient.of(config, ServerService.unitsOfThisHost()));
    PrintWriter out = spec.commandLine().getOut();
    out.println(output == OutputFormat.JSON ? PullcordJson.write(found) : found.text());
    out.flush();
    return (found.allWell() ? ExitCode.DONE : ExitCode.FAILED).code();
  }
}
