package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.api.NodeLog;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.NameList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The logs of several nodes as one. One stream brings those of {@value NodeLog#NODES_MAX} nodes.
 * What comes at about the same time is put in order by the times in the lines. Nodes that cannot be
 * read are told on standard error, those with the same reason in one line, and do not stop the
 * others.
 */
final class SeveralLogs {
  private static final int NAMED_MAX = 8;
  private static final int QUEUED_MAX = 4096;
  private static final int TOGETHER_MAX = 20_000;
  private static final long QUIET_MILLIS = 200;

  private final VerbContext context;
  private final Reader reader;
  private final boolean follow;
  private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(QUEUED_MAX);
  private final LogTimes times = new LogTimes();
  private int width;
  private int worked;
  private ExitCode worst = ExitCode.DONE;

  SeveralLogs(VerbContext context, boolean follow, Reader reader) {
    this.context = context;
    this.follow = follow;
    this.reader = reader;
  }

  /** Reads the logs of these nodes until they end, or nobody wants more; fails as a verb would. */
  interface Reader {
    void read(List<NodeName> nodes, Predicate<NodeLog> more);
  }

  /** A line of a node, or its end, which is good where there is no failure. */
  private record Heard(NodeName node, @Nullable String line, @Nullable RuntimeException failure) {}

  private record Timed(String time, NodeName node, String line) {}

  /**
   * A line as JSON.
   *
   * @param node whose worker wrote it
   * @param line what it wrote
   */
  private record NodeLogLine(NodeName node, String line) {}

  /** Shows them until all have ended. */
  View show(List<NodeName> nodes) throws InterruptedException {
    width = nodes.stream().mapToInt(name -> name.value().length()).max().orElse(0);
    ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (int from = 0; from < nodes.size(); from += NodeLog.NODES_MAX) {
        List<NodeName> some = nodes.subList(from, Math.min(from + NodeLog.NODES_MAX, nodes.size()));
        readers.execute(() -> read(some));
      }
      int open = nodes.size();
      while (open > 0 && !context.console().closed()) {
        open -= together(open);
      }
    } finally {
      readers.shutdownNow(); // one that waits for its next line is interrupted
    }
    return View.nothing(worst == ExitCode.DONE || worked == 0 ? worst : ExitCode.FAILED);
  }

  private void read(List<NodeName> nodes) {
    Set<NodeName> open = new LinkedHashSet<>(nodes);
    RuntimeException cut = over();
    try {
      reader.read(nodes, log -> say(log, open));
    } catch (RuntimeException failure) {
      cut = failure;
    }
    for (NodeName node : open) {
      say(new Heard(node, null, cut));
    }
  }

  private boolean say(NodeLog log, Set<NodeName> open) {
    if (log.line() == null) {
      open.remove(log.node());
    }
    return say(new Heard(log.node(), log.line(), failure(log)));
  }

  private @Nullable RuntimeException failure(NodeLog log) {
    if (log.problem() != null) {
      return new Failure(ExitCode.REFUSED, log.problem());
    }
    return log.line() == null && follow ? over() : null;
  }

  private static Failure over() {
    return new Failure(
        ExitCode.UNREACHABLE,
        "the log ended; if its last line does not say why, its agent or the server is being"
            + " stopped: follow it again");
  }

  private boolean say(Heard what) {
    try {
      heard.put(what);
      return !context.console().closed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Shows what comes until there is a pause; how many logs ended meanwhile. */
  private int together(int open) throws InterruptedException {
    List<Timed> lines = new ArrayList<>();
    Map<String, List<NodeName>> failed = new LinkedHashMap<>();
    int ended = 0;
    Heard next = heard.take();
    while (next != null) {
      if (next.line() != null) {
        lines.add(new Timed(times.of(next.node(), next.line()), next.node(), next.line()));
      } else {
        ended++;
        end(next, failed);
      }
      boolean enough = ended == open || lines.size() >= TOGETHER_MAX;
      next =
          enough ? null : follow ? heard.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS) : heard.take();
    }
    lines.sort(Comparator.comparing(Timed::time));
    lines.forEach(this::show);
    failed.forEach((why, nodes) -> context.console().error(told(names(nodes), why)));
    return ended;
  }

  private static String names(List<NodeName> nodes) {
    return NameList.folded(nodes.stream().map(NodeName::value).sorted().toList(), NAMED_MAX);
  }

  private void end(Heard end, Map<String, List<NodeName>> failed) {
    switch (end.failure()) {
      case null -> worked++;
      case Failure failure -> {
        failed.computeIfAbsent(failure.line(), _ -> new ArrayList<>()).add(end.node());
        worst = worst.code() > failure.exitCode().code() ? worst : failure.exitCode();
      }
      case RuntimeException bug -> throw bug;
    }
  }

  private void show(Timed line) {
    String name = line.node().value();
    context.show(
        View.of(
            new NodeLogLine(line.node(), line.line()),
            StyledLine.of(Style.STRONG, name)
                .add(" ".repeat(Math.max(0, width - name.length())))
                .add(Style.FAINT, " | ")
                .add(StyledLine.quoted(Style.PLAIN, line.line()))));
  }

  private static String told(String names, String why) {
    return why.startsWith(names + " ") ? why : names + ": " + why;
  }
}
