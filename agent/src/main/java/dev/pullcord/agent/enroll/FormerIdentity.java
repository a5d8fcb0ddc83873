package dev.pullcord.agent.enroll;

import dev.pullcord.agent.channel.ServerList;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of whom this node was, while it becomes another one. They are kept aside until it has
 * joined. A mark says that all of them are: what stands in their place from then on is the new
 * node's. So a try after a kill goes on with the new key, and nothing is ever put over the old one.
 *
 * <p>The new node's {@code node.json} is written only when it has joined. Beside the mark it says
 * that what is aside has served, and was only not cleared away.
 *
 * <p>A server that was asked may have let the new node in though its answer was lost. So before it
 * is asked a note says with which token and which name, and until there is an answer the new key is
 * kept as well, as {@code key.pem.anew}: the same question again has to come with the same key.
 * After a kill another question comes with that key, too, and is noted beside the first.
 */
final class FormerIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(FormerIdentity.class);
  private static final String MEMBERSHIP = "node.json";
  private static final List<String> FILES =
      List.of(MEMBERSHIP, Join.DECISION, ServerList.FILE, "key.pem", "certificate.pem");
  private static final List<String> PAIR = List.of("key.pem", "certificate.pem");
  private static final String ASIDE = ".before-anew";
  private static final String ANEW = ".anew";

  private final Path state;
  private final Path mark;
  private final Path asked;

  FormerIdentity(Path state) {
    this.state = state;
    this.mark = state.resolve("all" + ASIDE);
    this.asked = state.resolve("asked" + ANEW);
  }

  /** All files that say who a node is, and those that say who it was. */
  List<Path> files() {
    return Stream.of(
            FILES.stream().flatMap(name -> Stream.of(state.resolve(name), aside(name))),
            PAIR.stream().map(this::anew),
            Stream.of(mark, asked))
        .flatMap(some -> some)
        .toList();
  }

  /** Whether a try to become another node was begun, and has not come to its end. */
  boolean isAside() {
    return isThere(mark) || isThere(aside(MEMBERSHIP));
  }

  void setAside() throws IOException {
    if (isAside() && isThere(state.resolve(MEMBERSHIP))) {
      clear();
    }
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

  /** Notes that the server is about to be asked to let a new node in. */
  void isAsking(String token, NodeName name) throws IOException {
    List<String> questions = new ArrayList<>(questions());
    if (!questions.contains(question(token, name))) {
      questions.add(question(token, name));
      note(questions);
    }
  }

  /** The server says that it has not let the key in for this; it may have done so for another. */
  void isRefused(String token, NodeName name) throws IOException {
    List<String> questions = new ArrayList<>(questions());
    questions.remove(question(token, name));
    if (questions.isEmpty()) {
      dropKey();
    } else {
      note(questions);
    }
  }

  /** The new key is of no more use. */
  private void dropKey() throws IOException {
    for (String name : PAIR) {
      AtomicFiles.remove(anew(name));
    }
    AtomicFiles.remove(asked);
  }

  /** Brings back the key of a try that got no answer to this question, where there is none. */
  void takeUp(String token, NodeName name) throws IOException {
    if (NodeKeyFiles.arePresent(state) || !isThere(asked)) {
      return;
    }
    if (!questions().contains(question(token, name))) {
      dropKey();
      return;
    }
    for (String file : PAIR.reversed()) {
      if (isThere(anew(file))) {
        AtomicFiles.rename(anew(file), state.resolve(file));
      }
    }
  }

  private List<String> questions() throws IOException {
    return isThere(asked) ? Files.readAllLines(asked, StandardCharsets.ISO_8859_1) : List.of();
  }

  private void note(List<String> questions) throws IOException {
    AtomicFiles.write(asked, String.join("\n", questions) + "\n");
  }

  private static String question(String token, NodeName name) {
    return token + " " + name;
  }

  /**
   * Puts back who the node was, where a try was cut off before it had joined.
   *
   * @return whether there was any such
   */
  boolean undo() throws IOException {
    if (isThere(state.resolve(MEMBERSHIP)) || !isThere(aside(MEMBERSHIP))) {
      return false;
    }
    putBack();
    return true;
  }

  /**
   * A key that the server may have taken in is kept, as long as the mark says that it is the new
   * node's. Then the mark goes: what a kill leaves undone is set aside again by the next try. Who
   * the node is comes back last, when it has its key again. What has nothing aside stays as it is.
   */
  void putBack() throws IOException {
    if (isThere(mark) && isThere(asked)) {
      for (String name : PAIR) {
        if (isThere(state.resolve(name))) {
          AtomicFiles.rename(state.resolve(name), anew(name));
        }
      }
    }
    AtomicFiles.remove(mark);
    for (String name : FILES.reversed()) {
      if (isThere(aside(name))) {
        AtomicFiles.rename(aside(name), state.resolve(name));
      }
    }
  }

  /**
   * The node is another one, and nothing that cannot be cleared away changes that.
   *
   * @param answered whether the server was asked and said so; a member that is one already was not,
   *     and may have a key whose answer was lost
   */
  void forget(boolean answered) {
    try {
      if (answered) {
        dropKey();
      }
      if (isAside()) {
        clear();
      }
    } catch (IOException e) {
      LOG.warn("files of whom this node was are left: {}", FileFault.of(e));
    }
  }

  private void clear() throws IOException {
    for (String name : FILES) {
      AtomicFiles.remove(aside(name));
    }
    Path spool = state.resolve("spool");
    if (Files.isDirectory(spool, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> reports = Files.list(spool)) {
        for (Path report : reports.toList()) {
          FileTrees.delete(report);
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    AtomicFiles.remove(mark);
  }

  private Path anew(String name) {
    return state.resolve(name + ANEW);
  }

  private Path aside(String name) {
    return state.resolve(name + ASIDE);
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
