package dev.pullcord.protocol.channel;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.pullcord.protocol.desired.DesiredState;
import org.jspecify.annotations.Nullable;

/** One event of the stream to an agent. Losing any of them costs latency, never correctness. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ServerEvent.Changed.class, name = "changed"),
  @JsonSubTypes.Type(value = ServerEvent.GoAway.class, name = "go-away"),
})
public sealed interface ServerEvent {
  /**
   * There is something newer than what you may have.
   *
   * @param revision the newest revision
   * @param desired the document itself as a courtesy, which saves the GET that stays the truth
   */
  record Changed(long revision, @Nullable DesiredState desired) implements ServerEvent {}

  /**
   * The server is going to stop; come back with jitter.
   *
   * @param reason for the agent's log
   */
  record GoAway(String reason) implements ServerEvent {}
}
