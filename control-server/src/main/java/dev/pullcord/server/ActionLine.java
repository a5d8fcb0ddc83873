package dev.pullcord.server;

import dev.pullcord.protocol.channel.ServerEvent;
import dev.pullcord.server.action.ActionRuns;
import dev.pullcord.server.channel.AgentStreams;

/**
 * Tells nodes what they are asked to run, on their event streams.
 *
 * @param streams of the agents that are connected
 */
record ActionLine(AgentStreams streams) implements ActionRuns.Line {
  @Override
  public boolean connected(long node) {
    return streams.isOpen(node);
  }

  @Override
  public void tell(long node, ServerEvent.ActionsWanted orders) {
    streams.orders(node, orders);
  }
}
