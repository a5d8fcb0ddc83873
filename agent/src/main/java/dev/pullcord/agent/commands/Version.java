package dev.pullcord.agent.commands;

import dev.pullcord.base.host.ProgramVersion;
import picocli.CommandLine.IVersionProvider;

/** The program's version, from its jar. */
public final class Version implements IVersionProvider {
  /** The bare number. */
  public static String text() {
    return ProgramVersion.of(Version.class);
  }

  @Override
  public String[] getVersion() {
    return new String[] {"pullcord-agent " + text()};
  }
}
