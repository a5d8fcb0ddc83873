package dev.pullcord.server.commands;

import dev.pullcord.base.disk.Ownership;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.backup.BackupContent;
import dev.pullcord.server.backup.ServerRestore;
import dev.pullcord.server.host.OsUser;
import dev.pullcord.server.host.ServerClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes an empty state directory into the server that a backup holds. */
@Command(
    name = "restore",
    description = {
      "Restore a server from a backup into an empty state directory.",
      "",
      "Every part is compared with its checksum first. If a restore was cut short, the server does"
          + " not start: run the restore again. Nodes that are ahead of the backup keep what they"
          + " run, and pullcord status names them. Open invitations end."
    },
    mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "What pullcord-server backup wrote.")
  private Path file = Path.of("");

  @Mixin private StateOption state = new StateOption();

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "How to say what was restored: text or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Path directory = state.directory();
    Ownership owner = ServerService.ownerOf(directory);
    BackupContent content;
    try {
      content = new ServerRestore(directory, ServerClock.system(), OsUser.acting()).run(file);
    } finally {
      owner.apply(directory); // also what a restore that failed has left, its lock
    }
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.println(PullcordJson.write(content));
    } else {
      out.println("restored  " + directory);
      out.println(content.text());
      out.println();
      out.println("Start the server on it, at the address that it had. Then look at:");
      out.println("  pullcord status   nodes that are ahead of this backup; push what they lack");
      out.println("  pullcord nodes    nodes that joined since are missing, removed ones are back");
      out.println("  pullcord tokens   tokens that were revoked since work again");
    }
    out.flush();
    return ExitCode.DONE.code();
  }
}
