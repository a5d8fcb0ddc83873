package dev.pullcord.server.commands;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.unit.Sizes;
import dev.pullcord.server.backup.BackupContent;
import dev.pullcord.server.backup.ServerBackup;
import dev.pullcord.server.host.ServerClock;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a backup: all or nothing, readable by its owner only, while the server runs or not. */
@Command(
    name = "backup",
    description = {
      "Write a backup of the server, which may be running, to a file or to standard output.",
      "",
      "A backup holds the store, the repository and the keys of both ports: whoever has it can"
          + " speak for the server. It is a zip file with a checksum of every part;"
          + " repository.bundle in it can be cloned by git."
    },
    mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "Where to write it; - for standard output. A file that is there is replaced once the"
              + " new one is whole; default: pullcord-server-TIME.backup here.")
  private @Nullable String target;

  @Mixin private StateOption state = new StateOption();

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "How to say what the backup holds: text or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Path directory = state.ofServer();
    Instant now = ServerClock.now();
    ServerBackup backup = new ServerBackup(directory, Version.number(), now);
    if ("-".equals(target)) {
      // Not System.out, which keeps a full disk to itself.
      OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
      BackupContent content = backup.toStream(out);
      out.flush();
      say(spec.commandLine().getErr(), null, content);
    } else {
      String standard = "pullcord-server-" + STAMP.format(now) + ".backup";
      Path file = Path.of(target == null ? standard : target);
      say(spec.commandLine().getOut(), file, backup.toFile(file));
    }
    return ExitCode.DONE.code();
  }

  private void say(PrintWriter to, @Nullable Path file, BackupContent content) throws IOException {
    if (output == OutputFormat.JSON) {
      to.println(PullcordJson.write(content));
    } else {
      if (file != null) {
        to.println("backup    " + file + "  " + Sizes.format(Files.size(file)));
      }
      to.println(content.text());
    }
    to.flush();
  }
}
