package dev.pullcord.server;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar that we are in. */
final class Version implements IVersionProvider {
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"pullcord-server " + number()};
  }
}
