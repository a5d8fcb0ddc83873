package dev.pullcord.server.commands;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar that we are in. */
public final class Version implements IVersionProvider {
  public static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"pullcord-server " + number()};
  }
}
