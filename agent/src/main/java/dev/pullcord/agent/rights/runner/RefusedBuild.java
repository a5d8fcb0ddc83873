package dev.pullcord.agent.rights.runner;

import java.io.IOException;

/** What a commit has built is nothing that the agent may make its own; the commit is to blame. */
public final class RefusedBuild extends IOException {
  private static final long serialVersionUID = 1L;

  RefusedBuild(String why) {
    super(why);
  }
}
