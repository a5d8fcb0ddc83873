package dev.pullcord.server.commands;

import dev.pullcord.base.disk.Ownership;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server as a service of its host: the usual state directory, a user of its own, a unit.
 *
 * @param state its directory
 * @param user as whom it runs
 * @param units of it
 */
record ServerService(Path state, String user, DaemonUnits units) {
  private static final String USER = "pullcord-server";
  private static final String UNIT = "pullcord-server.service";

  /** The one of this host. */
  static ServerService ofThisHost() {
    return new ServerService(ServerConfig.DEFAULT.state(), USER, unitsOfThisHost());
  }

  static DaemonUnits unitsOfThisHost() {
    return DaemonUnits.ofThisHost(List.of(UNIT));
  }

  /** Who is to own what root writes into that directory. */
  static Ownership ownerOf(Path state) throws IOException {
    @Nullable String usual = state.equals(ServerConfig.DEFAULT.state()) ? USER : null;
    return Ownership.of(state, null, usual);
  }

  /** The same of the service's directory, whose user is made where the package did not make it. */
  Ownership rightfulOwner() throws IOException {
    try {
      return Ownership.of(state, user, null);
    } catch (IOException missing) {
      if (!units.haveSystemd()) {
        throw new IOException(
            missing.getMessage()
                + "; install the package, or name a directory of your own with --state",
            missing);
      }
      units.makeUsers();
      return Ownership.of(state, user, null);
    }
  }

  /** How its unit is, in words. */
  String text() throws IOException {
    if (!units.haveSystemd()) {
      return "systemd does not run this host; " + byHand();
    }
    if (!units.areInstalled()) {
      return "no " + UNIT + " is installed; " + byHand();
    }
    return UNIT + " is " + (units.startAtBoot() ? "enabled" : "not enabled") + ", " + units.state();
  }

  /** Root's own server would not take a directory of another user. */
  private String byHand() {
    return "start it with: runuser -u " + user + " -- pullcord-server run";
  }

  /** Starts it, now and at each boot; when this returns it answers, or it is said why not. */
  void start() throws IOException {
    if (!units.areInstalled()) {
      return;
    }
    try {
      units.enableAndStart();
    } catch (IOException e) {
      throw new IOException(
          e.getMessage() + "; the last lines of its log:\n" + units.lastLines(), e);
    }
  }
}
