package dev.pullcord.agent.main;

import dev.pullcord.agent.loop.AgentCore;
import dev.pullcord.agent.loop.Trigger;
import org.jspecify.annotations.Nullable;

/** Wakes the core, which is made after those who wake it. */
final class Wakeup implements Runnable {
  private volatile @Nullable AgentCore core;

  void goesTo(AgentCore made) {
    core = made;
  }

  @Override
  public void run() {
    AgentCore made = core;
    // Before the core has started there is nothing to wake: its start runs a pass anyway.
    if (made != null) {
      made.raise(Trigger.WOKEN);
    }
  }
}
