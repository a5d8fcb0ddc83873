package dev.pullcord.protocol.manifest.read;

import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the hours in which something new may be activated. */
final class WindowReader {
  private static final int WINDOWS = 20;
  private static final String PLAIN_ZONE = "UTC";

  private WindowReader() {}

  static List<Window> read(Section root) {
    List<Window> windows = new ArrayList<>();
    for (Section section : root.sections("windows", WINDOWS)) {
      section.require("open");
      Optional<String> open = section.text("open");
      Optional<YamlNode> zoneNode = section.node("zone");
      Optional<String> zone = zoneNode.isPresent() ? section.text("zone") : Optional.of(PLAIN_ZONE);
      section.finish();
      if (open.isPresent() && zone.isPresent() && isZone(section, zone.get(), zoneNode)) {
        try {
          windows.add(new Window(open.get(), zone.get()));
        } catch (IllegalArgumentException e) {
          section.problems().add("VALUE", section.node("open").orElseThrow(), e.getMessage() + "");
        }
      }
    }
    return windows;
  }

  private static boolean isZone(Section section, String zone, Optional<YamlNode> at) {
    try {
      new Window("daily 00:00-24:00", zone);
      return true;
    } catch (IllegalArgumentException e) {
      section.problems().add("VALUE", at.orElse(section.mapping()), e.getMessage() + "");
      return false;
    }
  }
}
