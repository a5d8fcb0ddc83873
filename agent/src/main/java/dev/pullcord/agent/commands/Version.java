package dev.pullcord.agent.commands;

import picocli.CommandLine.IVersionProvider;

/** The program's version, from its jar. */
public final class Version implements IVersionProvider {
  /** The bare number. */
  public static String text() {
    String packaged = Version.class.getPackage().getImplementationVersion();
    return packaged == null ? "development" : packaged;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"pullcord-agent " + text()};
  }
}
