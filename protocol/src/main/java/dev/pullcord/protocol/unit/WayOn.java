package dev.pullcord.protocol.unit;

import java.util.List;

/** What a person does next about nodes, in the same words in a push and in the commands. */
public final class WayOn {
  private WayOn() {}

  /** About a node that failed, or is kept from a commit: who asks is told the rest. */
  public static String why(String name) {
    return "next: pullcord why " + name;
  }

  /** About nodes that nobody reaches, where nothing else is wrong. */
  public static String away(List<String> names) {
    String when =
        names.size() == 1
            ? names.getFirst() + " is brought up to date when it comes back"
            : "they are brought up to date when they come back";
    return "next: " + when + "; pullcord why " + names.getFirst();
  }
}
