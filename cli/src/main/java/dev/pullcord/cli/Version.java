package dev.pullcord.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar that we are in. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"pullcord " + (version == null ? "(not packaged)" : version)};
  }
}
