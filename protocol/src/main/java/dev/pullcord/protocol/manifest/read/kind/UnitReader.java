package dev.pullcord.protocol.manifest.read.kind;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what names units of the node: {@code unit} of kind systemd, and {@code replaces}. */
public final class UnitReader implements WorkReader {
  private static final Pattern SERVICE =
      Pattern.compile("(?!pullcord-)[A-Za-z0-9][A-Za-z0-9:_.@-]{0,200}\\.service");

  private static final int REPLACES_MAX = 16;

  /** What a unit has of its own. */
  private static final Map<String, String> OF_THE_UNIT =
      Map.of(
          "runner", "systemd holds its processes",
          "env", "the unit has its own environment",
          "env-file", "the unit has its own environment");

  @Override
  public String kind() {
    return "systemd";
  }

  @Override
  public Class<Work.Unit> work() {
    return Work.Unit.class;
  }

  @Override
  public List<String> keys() {
    return List.of("unit");
  }

  @Override
  public List<String> required() {
    return keys();
  }

  @Override
  public boolean overlaps() {
    return false;
  }

  @Override
  public Optional<Work> read(Section worker) {
    return worker
        .text("unit")
        .filter(name -> isService(name, worker.node("unit").orElseThrow(), worker))
        .map(Work.Unit::new);
  }

  static List<String> replaces(Section worker) {
    List<String> units = new ArrayList<>();
    for (YamlNode entry :
        worker
            .node("replaces")
            .flatMap(n -> worker.values().list(n, REPLACES_MAX))
            .orElse(List.of())) {
      worker.values().text(entry).filter(u -> isService(u, entry, worker)).ifPresent(units::add);
    }
    return units;
  }

  private static boolean isService(String name, YamlNode node, Section worker) {
    if (SERVICE.matcher(name).matches()) {
      return true;
    }
    worker
        .problems()
        .add(
            "NAME",
            node,
            Quoted.of(name)
                + " is not a unit that Pullcord may take; the name of a service that is not"
                + " Pullcord's own is expected, like grep.service");
    return false;
  }

  /** There is one of it, and it is what its unit file says. */
  @Override
  public void fits(Section worker, WorkerSpec.Restart restart) {
    for (String key : List.of("runner", "env", "env-file")) {
      worker
          .entry(key)
          .ifPresent(e ->
              worker
                  .problems()
                  .add(
                      "VALUE",
                      e.position(),
                      e.path(),
                      "%s is not for kind: systemd: %s; take it out"
                          .formatted(key, OF_THE_UNIT.get(key))));
    }
    worker
        .node("restart")
        .filter(_ -> restart == WorkerSpec.Restart.OVERLAP)
        .ifPresent(node ->
            worker
                .problems()
                .add(
                    "VALUE",
                    node,
                    "overlap is not for kind: systemd, of which there is one unit;"
                        + " say stop-start, or take restart out"));
  }
}
