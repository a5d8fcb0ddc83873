package dev.pullcord.agent.enroll;

import dev.pullcord.agent.channel.ServerList;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of whom this node was, while it becomes another one. They are kept aside until it has
 * joined. A mark says that all of them are: what stands in their place from then on is the new
 * node's. So a try after a kill goes on with the new key, and nothing is ever put over the old one.
 */
final class FormerIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(FormerIdentity.class);
  private static final List<String> FILES =
      List.of("node.json", Join.DECISION, ServerList.FILE, "key.pem", "certificate.pem");
  private static final String ASIDE = ".before-anew";

  private final Path state;
  private final Path mark;

  FormerIdentity(Path state) {
    this.state = state;
    this.mark = state.resolve("all" + ASIDE);
  }

  void setAside() throws IOException {
    if (isThere(mark)) {
      return;
    }
    for (String name : FILES) {
      if (isThere(state.resolve(name)) && !isThere(aside(name))) {
        AtomicFiles.rename(state.resolve(name), aside(name));
      }
    }
    AtomicFiles.write(mark, "");
  }

  /** The mark goes first: what a kill leaves undone is set aside again by the next try. */
  void putBack() throws IOException {
    AtomicFiles.remove(mark);
    for (String name : FILES) {
      if (isThere(aside(name))) {
        AtomicFiles.rename(aside(name), state.resolve(name));
      } else {
        AtomicFiles.remove(state.resolve(name));
      }
    }
  }

  /** The node is another one, and nothing that cannot be cleared away changes that. */
  void forget() {
    if (!isThere(mark)) {
      return;
    }
    try {
      for (String name : FILES) {
        AtomicFiles.remove(aside(name));
      }
      Path spool = state.resolve("spool");
      if (Files.isDirectory(spool, LinkOption.NOFOLLOW_LINKS)) {
        try (Stream<Path> reports = Files.list(spool)) {
          for (Path report : reports.toList()) {
            FileTrees.delete(report);
          }
        }
      }
      AtomicFiles.remove(mark);
    } catch (IOException e) {
      LOG.warn("files of whom this node was are left: {}", FileFault.of(e));
    }
  }

  private Path aside(String name) {
    return state.resolve(name + ASIDE);
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
