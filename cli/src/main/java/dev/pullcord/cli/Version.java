package dev.pullcord.cli;

import dev.pullcord.base.host.ProgramVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar that we are in. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"pullcord " + ProgramVersion.of(Version.class)};
  }
}
