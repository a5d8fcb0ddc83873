package dev.pullcord.base.host;

/** Says which version of a program runs. */
public final class ProgramVersion {
  private ProgramVersion() {}

  /** The version of the jar that a class is from; {@code (not packaged)} outside of a jar. */
  public static String of(Class<?> part) {
    String version = part.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
