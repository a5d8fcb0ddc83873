package dev.pullcord.cli.command.run;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.RunCalls;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.NameList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows a run to its end: prints what nodes write, line by line with the name in front, and then
 * the summary. A stream that breaks is opened again: what was printed is not printed twice.
 */
final class RunFollower {
  private static final int LAST_LINES = 5;
  private static final long PAUSE_MILLIS = 500;

  /** How long it goes on without a server. */
  private static final long AWAY_NANOS = 60_000_000_000L;

  /** A stream that was open for so long had a server, also where it told no news. */
  private static final long STEADY_NANOS = 5_000_000_000L;

  /** What shells have for a program that Ctrl-C has ended: nobody knows yet how the run ends. */
  private static final int LEFT_EARLY = 130;

  private final VerbContext context;
  private final long id;
  private final Map<NodeName, Written> nodes = new TreeMap<>();
  private int width;
  private @Nullable RunView end;
  private boolean heard;
  private boolean news;

  /** What came of a node so far. */
  private static final class Written {
    private final StringBuilder open = new StringBuilder();
    private final Deque<String> last = new ArrayDeque<>();
    private long printed;
    private long received;
    private RunState state = RunState.WAITING;
  }

  RunFollower(VerbContext context, long id) {
    this.context = context;
    this.id = id;
  }

  /** Until it has ended; the view has the summary. */
  View follow() throws InterruptedException {
    try (Terminal.Guard _ =
        context
            .host()
            .terminal()
            .onInterrupt(
                LEFT_EARLY,
                () ->
                    context
                        .console()
                        .error(
                            ("run %1$d goes on; follow it: pullcord runs show %1$d;"
                                    + " end it: pullcord runs cancel %1$d")
                                .formatted(id)))) {
      RunView run = read();
      return view(run);
    }
  }

  private RunView read() throws InterruptedException {
    long awayAtNanos = nanoTime();
    while (true) {
      long begunAtNanos = nanoTime();
      heard = false;
      news = false;
      nodes.values().forEach(written -> written.received = 0);
      ServerReply<ServerClient.Done> reply =
          new RunCalls(context.server()).events(id, this::event, run -> end = run, this::goesOn);
      RunView ended = end;
      if (ended != null) {
        return ended;
      }
      if (closed()) {
        throw new Failure(ExitCode.FAILED, "nobody reads any more; the run goes on");
      }
      boolean away = reply instanceof ServerReply.Got<?> || Replies.away(reply);
      long now = nanoTime();
      if (news || (heard && now - begunAtNanos > STEADY_NANOS)) {
        awayAtNanos = now;
      }
      if (!away || now - awayAtNanos > AWAY_NANOS) {
        Replies.need(reply);
        throw new Failure(
            ExitCode.UNREACHABLE,
            "the server does not say how run %d goes on; pullcord runs show %d asks again"
                .formatted(id, id));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private long nanoTime() {
    return context.host().clock().nanoTime();
  }

  private boolean goesOn() {
    heard = true;
    return !closed();
  }

  private boolean closed() {
    return context.console().closed();
  }

  private void event(RunView.Change change) {
    RunView.NodeRun node = change.node();
    width = Math.max(width, node.name().value().length());
    Written written = nodes.computeIfAbsent(node.name(), _ -> new Written());
    long begins = Math.max(written.received, node.cut());
    String text = change.text();
    long skip = Math.clamp(written.printed - begins, 0, text.length());
    news |= skip < text.length() || node.state() != written.state;
    written.received = begins + text.length();
    written.printed = Math.max(written.printed, written.received);
    written.state = node.state();
    written.open.append(text.substring((int) skip));
    int end = written.open.indexOf("\n");
    while (end >= 0) {
      print(node.name(), written, written.open.substring(0, end));
      written.open.delete(0, end + 1);
      end = written.open.indexOf("\n");
    }
    if (node.state().ended() && !written.open.isEmpty() && text.isEmpty()) {
      print(node.name(), written, written.open.toString());
      written.open.setLength(0);
    }
  }

  private void print(NodeName name, Written written, String line) {
    String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    context.tell(RunLines.output(name.value(), width, text, written.state));
    written.last.add(text);
    if (written.last.size() > LAST_LINES) {
      written.last.removeFirst();
    }
  }

  private View view(RunView run) {
    nodes.forEach((name, written) -> {
      if (!written.open.isEmpty()) {
        print(name, written, written.open.toString());
        written.open.setLength(0);
      }
    });
    return new View(
        () -> Replies.need(new RunCalls(context.server()).one(id)),
        () -> lines(run),
        () -> RunLines.exitCode(run));
  }

  private List<StyledLine> lines(RunView run) {
    Map<Ending, List<String>> alike = new LinkedHashMap<>();
    for (RunView.NodeRun node : run.nodes()) {
      Written its = nodes.get(node.name());
      boolean bad = node.state().ended() && node.state() != RunState.DONE;
      if (bad && its != null && !its.last.isEmpty()) {
        alike
            .computeIfAbsent(
                new Ending(node.state(), node.reason(), List.copyOf(its.last)),
                _ -> new ArrayList<>())
            .add(node.name().value());
      }
    }
    List<StyledLine> lines = new ArrayList<>();
    if (!alike.isEmpty()) {
      lines.add(StyledLine.EMPTY);
    }
    alike.forEach((ending, names) -> lines.addAll(ending.lines(names)));
    lines.add(RunLines.summary(run));
    return lines;
  }

  /** How a node ended that did not end well; those that ended alike are one. */
  private record Ending(RunState state, String reason, List<String> last) {
    List<StyledLine> lines(List<String> names) {
      String why = reason.isEmpty() ? "" : ", " + reason;
      String whose = names.size() == 1 ? "; its last lines:" : "; the last lines of each:";
      List<StyledLine> lines = new ArrayList<>();
      lines.add(RunLines.state(state).add(" on " + NameList.folded(names) + why + whose));
      last.forEach(line -> lines.add(StyledLine.quoted(Style.PLAIN, "  " + line)));
      return lines;
    }
  }
}
