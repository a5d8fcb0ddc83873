package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the helper package on disk, in a directory named by its content: a newer agent never
 * changes what a running worker has imported.
 */
final class Helper {
  static final String MODULE = "pullcord_celery";
  private static final List<String> FILES =
      List.of(
          "__init__.py",
          "__main__.py",
          "files.py",
          "generation.py",
          "held.py",
          "hooks.py",
          "settings.py",
          "taking.py");
  private static final int NAME_DIGITS = 12;

  private final StateDirectory directory;
  private final Map<String, String> sources = sources();

  Helper(StateDirectory directory) {
    this.directory = directory;
  }

  /** The directory for PYTHONPATH, with the package in it. */
  Path directory() throws IOException {
    String hash = Sha256.hex(String.join("\0", sources.values())).substring(0, NAME_DIGITS);
    Path home = directory.cache().resolve("celery-" + hash);
    Path module = home.resolve(MODULE);
    AtomicFiles.createSharedDirectories(module);
    AtomicFiles.openForReading(home);
    AtomicFiles.openForReading(module);
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = module.resolve(source.getKey());
      if (!Files.exists(file) || !Files.readString(file).equals(source.getValue())) {
        AtomicFiles.writeShared(file, source.getValue());
      }
    }
    return home;
  }

  private static Map<String, String> sources() {
    Map<String, String> sources = new LinkedHashMap<>();
    FILES.forEach(file -> sources.put(file, source(MODULE + "/" + file)));
    return sources;
  }

  private static String source(String file) {
    try (InputStream in = Helper.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not packaged with the agent");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
