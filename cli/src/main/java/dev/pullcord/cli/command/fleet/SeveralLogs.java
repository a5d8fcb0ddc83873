package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The logs of several nodes as one. A thread reads each node. What comes at about the same time is
 * put in order by the times in the lines. Nodes that cannot be read are told on standard error,
 * those with the same reason in one line, and do not stop the others.
 */
final class SeveralLogs {
  /** Fewer than a server lets one reader have open. */
  private static final int READ_AT_ONCE = 8;

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

  /** Reads the log of one node until it ends, or nobody wants more; fails as a verb would. */
  interface Reader {
    void read(NodeName node, Predicate<String> more);
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
    int threads = follow ? nodes.size() : Math.min(READ_AT_ONCE, nodes.size());
    ExecutorService readers = Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory());
    try {
      nodes.forEach(node -> readers.execute(() -> read(node)));
      int open = nodes.size();
      while (open > 0 && !context.console().closed()) {
        open -= together(open);
      }
    } finally {
      readers.shutdownNow(); // one that waits for its next line is interrupted
    }
    return View.nothing(worst == ExitCode.DONE || worked == 0 ? worst : ExitCode.FAILED);
  }

  private void read(NodeName node) {
    try {
      reader.read(node, line -> say(new Heard(node, line, null)));
      say(new Heard(node, null, null));
    } catch (RuntimeException failure) {
      say(new Heard(node, null, failure));
    }
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
    failed.forEach((why, nodes) -> context.console().error(names(nodes) + ": " + why));
    return ended;
  }

  private static String names(List<NodeName> nodes) {
    String first =
        nodes.stream()
            .sorted(Comparator.comparing(NodeName::value))
            .limit(NAMED_MAX)
            .map(NodeName::value)
            .collect(Collectors.joining(", "));
    return nodes.size() > NAMED_MAX
        ? first + " and " + (nodes.size() - NAMED_MAX) + " more"
        : first;
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
}
