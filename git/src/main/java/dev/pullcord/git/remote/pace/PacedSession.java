package dev.pullcord.git.remote.pace;

import dev.pullcord.git.ObjectFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.transport.FtpChannel;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.RemoteSession2;

/** A session over SSH whose commands' output is counted, and looked at for SHA-256 ids. */
public final class PacedSession implements RemoteSession2 {
  private final RemoteSession2 session;
  private final FetchPace pace;

  private PacedSession(RemoteSession2 session, FetchPace pace) {
    this.session = session;
    this.pace = pace;
  }

  /** The same session, counted. */
  public static RemoteSession of(RemoteSession session, FetchPace pace) {
    if (session instanceof RemoteSession2 modern) {
      return new PacedSession(modern, pace);
    }
    throw new IllegalStateException("the SSH library's sessions pass variables on");
  }

  @Override
  public Process exec(String command, int timeoutSeconds) throws IOException {
    return new CountedProcess(session.exec(command, timeoutSeconds), pace);
  }

  @Override
  public Process exec(String command, Map<String, String> environment, int timeoutSeconds)
      throws IOException {
    return new CountedProcess(session.exec(command, environment, timeoutSeconds), pace);
  }

  @Override
  public FtpChannel getFtpChannel() {
    return session.getFtpChannel();
  }

  @Override
  public void disconnect() {
    session.disconnect();
  }

  /** A command of the session. */
  private static final class CountedProcess extends Process {
    private final Process command;
    private final InputStream in;

    CountedProcess(Process command, FetchPace pace) {
      this.command = command;
      this.in = ObjectFormat.checked(pace.counting(command.getInputStream()));
    }

    @Override
    public OutputStream getOutputStream() {
      return command.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public InputStream getErrorStream() {
      return command.getErrorStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
      return command.waitFor();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
      return command.waitFor(timeout, unit);
    }

    @Override
    public int exitValue() {
      return command.exitValue();
    }

    @Override
    public boolean isAlive() {
      return command.isAlive();
    }

    @Override
    public void destroy() {
      command.destroy();
    }
  }
}
