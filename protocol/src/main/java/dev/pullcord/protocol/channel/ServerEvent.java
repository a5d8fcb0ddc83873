package dev.pullcord.protocol.channel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.desired.DesiredState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event of the stream to an agent. Losing any of them costs latency, never correctness. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ServerEvent.Changed.class, name = "changed"),
  @JsonSubTypes.Type(value = ServerEvent.LogsWanted.class, name = "logs-wanted"),
  @JsonSubTypes.Type(value = ServerEvent.ActionsWanted.class, name = "actions-wanted"),
  @JsonSubTypes.Type(value = ServerEvent.Servers.class, name = "servers"),
  @JsonSubTypes.Type(value = ServerEvent.GoAway.class, name = "go-away"),
})
public sealed interface ServerEvent {
  /**
   * There is something newer than what you may have.
   *
   * @param revision the newest revision
   * @param desired the document itself as a courtesy, which saves the GET that stays the truth
   * @param pack the step to the commit of that document, where it is small; another courtesy
   */
  record Changed(long revision, @Nullable DesiredState desired, @Nullable StepPack pack)
      implements ServerEvent {}

  /**
   * Somebody reads a log of this node: it is sent in pieces, as {@link LogLines}. An agent that
   * does not know this event does not answer, and the reader is told so.
   *
   * @param request by which the answer is known
   * @param worker whose; null for all
   * @param lines so many of the last ones
   * @param follow whether what comes later is wanted, too
   */
  record LogsWanted(String request, @Nullable String worker, int lines, boolean follow)
      implements ServerEvent {}

  /**
   * All that this node is asked to run and has not answered to its end. Comes whenever that
   * changes, and at the beginning of a stream, so that none can be missed.
   *
   * @param orders oldest first
   */
  record ActionsWanted(List<ActionOrder> orders) implements ServerEvent {
    /** Copies. */
    public ActionsWanted {
      orders = List.copyOf(orders);
    }
  }

  /**
   * Where an agent finds a server when this one is gone. Comes when a stream opens and whenever it
   * changes, to an agent that sent the header {@value #HEADER}: one from before would not know it.
   *
   * @param urls the agents' ports of all servers of this store, {@code https://HOST:PORT}, the
   *     active one first; at most {@value #MOST}, and none where there is only this server
   */
  record Servers(List<String> urls) implements ServerEvent {
    /** The header of an agent that knows this event. */
    public static final String HEADER = "Pullcord-Servers";

    /** So many addresses at most, said and listened to. */
    public static final int MOST = 16;

    /** Copies. */
    public Servers {
      urls = List.copyOf(urls);
    }
  }

  /**
   * The server is going to stop; come back with jitter.
   *
   * @param reason for the agent's log
   */
  record GoAway(String reason) implements ServerEvent {}
}
