package dev.pullcord.server.commands;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.security.tls.KeyRotation;
import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the keys of both ports; their private halves it never shows. */
@Command(
    name = "tls",
    description = "Show or replace the server's keys.",
    subcommands = TlsRotateCommand.class,
    mixinStandardHelpOptions = true)
public final class TlsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description = "Print the fingerprints and the certificates' files.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin StateOption state,
      @Option(names = "-o", paramLabel = "FORMAT", description = "text or json.")
          OutputFormat output)
      throws IOException {
    Path tls = state.directory().resolve("tls");
    Map<String, Map<String, String>> ports = new LinkedHashMap<>();
    for (String port : List.of("people", "agents")) {
      Map<String, String> shown = new LinkedHashMap<>();
      shown.put("fingerprint", TlsKeys.load(tls, port).pin());
      shown.put("certificate", TlsKeys.certificateFile(tls, port).toString());
      new KeyRotation(tls, port).next().ifPresent(next -> shown.put("next", next));
      ports.put(port, shown);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.println(PullcordJson.write(ports));
    } else {
      ports.forEach((port, shown) ->
          out.println(
              port
                  + "  "
                  + shown.get("fingerprint")
                  + "  "
                  + shown.get("certificate")
                  + (shown.containsKey("next") ? "  next " + shown.get("next") : "")));
    }
    out.flush();
    return ExitCode.DONE.code();
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }
}
