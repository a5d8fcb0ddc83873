package dev.pullcord.server.commands;

import dev.pullcord.base.host.ProgramVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar that we are in. */
public final class Version implements IVersionProvider {
  public static String number() {
    return ProgramVersion.of(Version.class);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"pullcord-server " + number()};
  }
}
