package dev.pullcord.server.channel;

import dev.pullcord.protocol.api.NodeLog;
import dev.pullcord.protocol.channel.LogLines;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.refusal.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The logs of several nodes as one stream of whole lines, in the order in which they come. A node
 * that cannot be read is told in its place and does not stop the others. Together they keep no more
 * in memory than one log does, and the unfinished line of each.
 */
public final class JoinedLogs implements AutoCloseable {
  private final LogSources sources;
  private final LogRelay.Pieces pieces = new LogRelay.Pieces();
  private final Map<LogRelay.Reading, Log> open = new LinkedHashMap<>();
  private final List<NodeLog> refused = new ArrayList<>();

  JoinedLogs(LogSources sources, Set<NodeName> names, LogRelay.Wish wish) {
    this.sources = sources;
    for (NodeName name : names) {
      try {
        open.put(sources.open(name, wish, pieces), new Log(name));
      } catch (Refusal refusal) {
        refused.add(NodeLog.failed(name, said(refusal)));
      }
    }
  }

  /** A log that is read: whose, whether it has said anything, and its line without an end. */
  private static final class Log {
    private final NodeName name;
    private boolean spoke;
    private String begun = "";

    Log(NodeName name) {
      this.name = name;
    }

    /** The lines that are whole with this piece. */
    List<NodeLog> with(LogLines piece) {
      spoke = true;
      String text = begun + piece.text();
      int end = text.lastIndexOf('\n') + 1;
      boolean whole = piece.last() || text.length() - end > LogLines.MAX_CHARACTERS;
      begun = whole ? "" : text.substring(end);
      List<NodeLog> lines = new ArrayList<>();
      text.substring(0, whole ? text.length() : end)
          .lines()
          .forEach(line -> lines.add(NodeLog.line(name, line)));
      if (piece.last()) {
        lines.add(NodeLog.ended(name));
      }
      return lines;
    }
  }

  /** Those that could not be asked. */
  public List<NodeLog> refused() {
    return List.copyOf(refused);
  }

  /** Whether there is nothing more to wait for. */
  public boolean ended() {
    return open.isEmpty();
  }

  /** What comes next; empty when nothing came in that time. */
  public List<NodeLog> next(Duration within) throws InterruptedException {
    LogRelay.Piece piece = pieces.next(within).orElse(null);
    Log log = piece == null ? null : open.get(piece.reading());
    if (piece == null || log == null) {
      return List.of();
    }
    if (piece.lines().last()) {
      end(piece.reading());
    }
    return log.with(piece.lines());
  }

  /** Ends those that have not answered at all, after so many seconds. */
  public List<NodeLog> endSilent(long seconds) {
    List<NodeLog> told = new ArrayList<>();
    Map.copyOf(open)
        .forEach((reading, log) -> {
          if (!log.spoke) {
            end(reading);
            told.add(NodeLog.failed(log.name, said(LogSources.silent(log.name, seconds))));
          }
        });
    return told;
  }

  /**
   * Ends those of which nothing more comes, though they have not said that they are at their end.
   */
  public List<NodeLog> endBroken() {
    List<NodeLog> told = new ArrayList<>();
    Map.copyOf(open)
        .forEach((reading, log) ->
            reading
                .broken()
                .ifPresent(why -> {
                  end(reading);
                  if (!log.begun.isEmpty()) {
                    told.add(NodeLog.line(log.name, log.begun));
                  }
                  told.add(NodeLog.failed(log.name, "its log ends here: " + why));
                }));
    return told;
  }

  /** Ends those whose nodes were removed meanwhile. */
  public List<NodeLog> endRemoved() {
    List<NodeLog> told = new ArrayList<>();
    Map.copyOf(open)
        .forEach((reading, log) -> {
          if (!sources.there(log.name, reading)) {
            end(reading);
            told.add(NodeLog.failed(log.name, "the node was removed"));
          }
        });
    return told;
  }

  private void end(LogRelay.Reading reading) {
    open.remove(reading);
    reading.close();
  }

  private static String said(Refusal refusal) {
    return String.valueOf(refusal.getMessage());
  }

  /** From now on the nodes are told that nobody reads. */
  @Override
  public void close() {
    List.copyOf(open.keySet()).forEach(this::end);
  }
}
