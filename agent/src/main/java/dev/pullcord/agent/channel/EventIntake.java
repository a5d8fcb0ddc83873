package dev.pullcord.agent.channel;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.channel.ServerEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the server's events apart. One that cannot be read, or that an error of the agent itself
 * keeps from being dealt with, ends no stream: the server is asked instead.
 */
final class EventIntake {
  private static final Logger LOG = LoggerFactory.getLogger(ServerChannel.class);

  private final EventHandlers handlers;
  private final DesiredStateCache cache;
  private final ServerRotation rotation;
  private final Runnable poll;

  /**
   * For those handlers.
   *
   * @param poll asks the server what this node is to run
   */
  EventIntake(
      EventHandlers handlers, DesiredStateCache cache, ServerRotation rotation, Runnable poll) {
    this.handlers = handlers;
    this.cache = cache;
    this.rotation = rotation;
    this.poll = poll;
  }

  /** One event; whatever becomes of it, what it told of is known afterwards. */
  void event(String data) {
    try {
      take(data);
    } catch (RuntimeException e) {
      LOG.error("an event could not be dealt with, which is a bug; asking instead", e);
      poll.run();
    }
  }

  private void take(String data) {
    ServerEvent event;
    try {
      event = PullcordJson.read(data, ServerEvent.class);
    } catch (JsonProcessingException e) {
      LOG.warn("an event that cannot be read ({}); asking instead", e.getOriginalMessage());
      poll.run();
      return;
    }
    switch (event) {
      case ServerEvent.Changed(long revision, var desired, var pack) -> {
        if (pack != null) {
          handlers.packs().accept(pack);
        }
        if (desired != null) {
          cache.accept(desired);
        } else {
          newerThan(revision);
        }
      }
      case ServerEvent.LogsWanted wanted -> handlers.logs().accept(wanted);
      case ServerEvent.ActionsWanted wanted -> handlers.actions().accept(wanted);
      case ServerEvent.Servers(List<String> urls) -> rotation.learn(urls);
      case ServerEvent.GoAway(String reason) -> LOG.info("the server ends the stream: {}", reason);
      case null -> LOG.warn("an empty event; ignored");
    }
  }

  /** Asks, if the server has decided something newer than what is known here. */
  void newerThan(long revision) {
    if (revision > cache.revision()) {
      poll.run();
    }
  }
}
