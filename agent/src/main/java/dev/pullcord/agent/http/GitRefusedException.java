package dev.pullcord.agent.http;

import java.io.IOException;

/**
 * A git request that was refused, in plain words. JGit wraps it in words of its own; whoever called
 * JGit looks for this one among the causes.
 */
public final class GitRefusedException extends IOException {
  GitRefusedException(String message, Throwable cause) {
    super(message, cause);
  }

  GitRefusedException(String message) {
    super(message);
  }
}
