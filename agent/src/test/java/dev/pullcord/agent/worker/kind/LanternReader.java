package dev.pullcord.agent.worker.kind;

import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.yaml.Section;
import java.util.List;
import java.util.Optional;

/** The second of the three places: how it is read. A file of the test resources names it. */
public final class LanternReader implements WorkReader {
  @Override
  public String kind() {
    return "lantern";
  }

  @Override
  public Class<LanternWork> work() {
    return LanternWork.class;
  }

  @Override
  public List<String> keys() {
    return List.of("lantern");
  }

  @Override
  public List<String> required() {
    return keys();
  }

  @Override
  public Optional<Work> read(Section worker) {
    return worker.texts("lantern", 10).map(LanternWork::new);
  }

  @Override
  public WorkerSpec.Restart usualRestart() {
    return WorkerSpec.Restart.OVERLAP;
  }

  @Override
  public boolean hasOwnProof() {
    return true;
  }
}
