package dev.pullcord.server.commands;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.doctor.DoctorPatient;
import dev.pullcord.server.doctor.Finding;
import dev.pullcord.server.doctor.ServerDoctor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
  private static final int NAME_WIDTH = 12;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration (default: /etc/pullcord/server.yaml where it exists).")
  private @Nullable Path configFile;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The server's state directory (default: what the configuration says).")
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
    List<Finding> findings =
        ServerDoctor.of(DoctorPatient.of(config, ServerService.unitsOfThisHost())).look();
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.println(PullcordJson.write(Map.of("checks", findings)));
    } else {
      findings.forEach(finding -> print(out, finding));
      long wrong = findings.stream().filter(finding -> !finding.ok()).count();
      out.println(wrong == 0 ? "nothing is wrong" : wrong + " of " + findings.size() + " wrong");
    }
    out.flush();
    return findings.stream().allMatch(Finding::ok) ? ExitCode.DONE.code() : ExitCode.FAILED.code();
  }

  private static void print(PrintWriter out, Finding finding) {
    String mark = finding.ok() ? "ok   " : "WRONG";
    String name = finding.name() + " ".repeat(NAME_WIDTH - finding.name().length());
    out.println(mark + "  " + name + finding.detail());
    if (!finding.ok()) {
      out.println("       " + " ".repeat(NAME_WIDTH) + "do: " + finding.fix());
    }
  }
}
