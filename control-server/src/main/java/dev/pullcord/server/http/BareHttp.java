package dev.pullcord.server.http;

import dev.pullcord.server.http.connection.PortConnections;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.limit.Shares;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP on both ports with one handler and no routes: for a server that does not serve yet. */
public final class BareHttp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BareHttp.class);

  private final Server server;

  private BareHttp(Server server) {
    this.server = server;
  }

  /**
   * Starts on both ports, which are closed with it.
   *
   * @param admission what is let in
   * @param bodies bytes of bodies that are read at once
   * @param answers to every request of a port's own paths
   */
  public static BareHttp start(
      Listener people, Listener agents, RequestAdmission admission, Shares bodies, Handler answers)
      throws IOException {
    Server server = new Server(new HttpThreads());
    server.setStopTimeout(0); // what was sent on has ended before, and other answers are short
    server.setErrorHandler(new ProblemPages());
    Map<Port, PortConnections> connections =
        Map.of(Port.PEOPLE, people.connections(), Port.AGENTS, agents.connections());
    RequestFilter filter =
        new RequestFilter(admission, bodies, connections, System::nanoTime, InstantSource.system());
    filter.setHandler(answers);
    server.setHandler(filter);
    for (Listener listener : List.of(people, agents)) {
      server.addConnector(listener.connector(server));
    }
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException("cannot start HTTP: " + e.getMessage(), e);
    }
    return new BareHttp(server);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the answers of a standby do not end", e);
    }
  }
}
