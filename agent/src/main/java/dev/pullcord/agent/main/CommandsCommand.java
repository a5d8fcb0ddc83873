package dev.pullcord.agent.main;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.ControlGroup;
import dev.pullcord.agent.rights.runner.CommandService;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** The runner of commands; systemd starts it, with its socket as standard input. */
@Command(
    name = "commands",
    hidden = true,
    description = "Run commands of a release for the agent; systemd starts this.",
    mixinStandardHelpOptions = true)
final class CommandsCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    LogSetup.toStandardOutput();
    Channel given = System.inheritedChannel();
    if (!(given instanceof ServerSocketChannel socket)
        || !(socket.getLocalAddress() instanceof UnixDomainSocketAddress address)) {
      System.err.println(
          "pullcord-agent: standard input is no Unix socket that listens; systemctl start"
              + " pullcord-commands.socket starts this");
      return ExitCode.USAGE.code();
    }
    // Of a runner that was killed: nobody waits for the end of these any more. What a `start` has
    // left has no group of its own, and stays.
    ControlGroup.killAllLeft();
    ProcessEnd.arm("pullcord-agent", ExitCode.BUG.code());
    String agent = Files.getOwner(address.getPath(), LinkOption.NOFOLLOW_LINKS).getName();
    new CommandService(temporary(System.getenv("CACHE_DIRECTORY")), HostClock.system())
        .serve(socket, agent);
    return ExitCode.DONE.code();
  }

  private static Path temporary(@Nullable String given) {
    return Path.of(given == null ? System.getProperty("java.io.tmpdir") : given);
  }
}
