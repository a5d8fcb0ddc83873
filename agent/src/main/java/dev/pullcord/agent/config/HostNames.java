package dev.pullcord.agent.config;

import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Finds the name of this host, and makes a node name of it; {@code node} where there is none. */
public final class HostNames {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private HostNames() {}

  /** The host's own name, without asking a name server where the kernel knows it. */
  public static String ofThisHost() {
    try {
      return Files.isReadable(KERNEL)
          ? Files.readString(KERNEL).strip()
          : InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    } catch (IOException e) {
      return "node";
    }
  }

  /** The first label in lower case; what a node name cannot hold becomes a dash. */
  public static NodeName nodeName(String host) {
    String label = host.split("\\.", 2)[0].toLowerCase(Locale.ROOT);
    String name = label.replaceAll("[^a-z0-9-]", "-").replaceAll("^-+|-+$", "");
    String cut = name.substring(0, Math.min(63, name.length())).replaceAll("-+$", "");
    return new NodeName(cut.isEmpty() ? "node" : cut);
  }
}
