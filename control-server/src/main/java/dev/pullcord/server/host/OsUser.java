package dev.pullcord.server.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** As whom this process runs, for what only root can do and for the audit log. */
public final class OsUser {
  private OsUser() {}

  /** Whether it is root. */
  public static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  /** The name of this host. */
  public static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return "a host without a name";
    }
  }

  /** Who acts, as the audit log names somebody of this host: {@code os:root (sudo alice)}. */
  public static String acting() {
    String sudo = System.getenv("SUDO_USER");
    String name = "os:" + System.getProperty("user.name", "?");
    return sudo == null || sudo.isBlank() ? name : name + " (sudo " + sudo + ")";
  }
}
