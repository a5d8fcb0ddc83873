package dev.pullcord.testkit.hostile;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;

/** Trees that somebody made to have an agent write or read where it must not. */
public final class HostileTrees {
  private HostileTrees() {}

  /**
   * One of them.
   *
   * @param title what it tries
   * @param code that it is refused with; empty when it is deployed as it stands, which does no harm
   * @param shows what the reason says of it
   * @param root makes its objects
   */
  public record Case(String title, String code, String shows, Root root) {
    @Override
    public String toString() {
      return title.codePoints().limit(80).mapToObj(Case::visible).reduce("", String::concat);
    }

    private static String visible(int c) {
      return c >= ' ' && c < 0x7f ? Character.toString(c) : "\\u%04x".formatted(c);
    }
  }

  /** Makes the root tree. */
  public interface Root {
    /** With a directory outside that it may aim at. */
    ObjectId make(HostileTree git, Path canary);
  }

  /** All of them, the harmless ones last. */
  public static Stream<Case> all() {
    return Stream.of(
            HostileNames.all(),
            HostileSizes.all(),
            HostileLinks.all(),
            HostileConflicts.all(),
            HostileKinds.all(),
            HarmlessTrees.all())
        .flatMap(cases -> cases);
  }
}
