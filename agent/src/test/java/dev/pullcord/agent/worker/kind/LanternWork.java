package dev.pullcord.agent.worker.kind;

import dev.pullcord.protocol.manifest.Work;
import java.util.List;

/**
 * The first of the three places where a kind is added: what it is.
 *
 * @param lantern the argument list
 */
record LanternWork(List<String> lantern) implements Work {
  @Override
  public String kind() {
    return "lantern";
  }

  @Override
  public void identity(Parts parts) {
    parts.list(lantern);
  }

  @Override
  public boolean provesItself() {
    return true;
  }
}
