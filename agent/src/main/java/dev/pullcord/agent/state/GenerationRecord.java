package dev.pullcord.agent.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the record of a generation, for a journal that was lost. */
final class GenerationRecord {
  static final String NAME = "generation.json";
  private static final Logger LOG = LoggerFactory.getLogger(GenerationRecord.class);

  private GenerationRecord() {}

  /** Empty where there is none: a kill came before its writing, and nothing was started then. */
  static Optional<Generation> read(Path file) throws IOException {
    try {
      return Optional.of(PullcordJson.read(Files.readAllBytes(file), Generation.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      setAside(file, e);
      return Optional.empty();
    }
  }

  private static void setAside(Path damaged, JsonProcessingException why) {
    Path aside = damaged.resolveSibling(NAME + ".damaged");
    try {
      AtomicFiles.rename(damaged, aside);
      LOG.warn("{} is damaged and was set aside: {}", damaged, why.getOriginalMessage());
    } catch (IOException e) {
      LOG.warn("{} is damaged, and cannot be set aside: {}", damaged, FileFault.of(e));
    }
  }
}
