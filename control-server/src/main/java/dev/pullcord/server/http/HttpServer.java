package dev.pullcord.server.http;

import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.server.http.connection.PortConnections;
import dev.pullcord.server.refusal.ProblemAnswers;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.limit.Shares;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's HTTP on both ports. The start fails when a route has no line in {@link Permissions},
 * or a line no route.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int STOP_MILLIS = 3000;
  private final Javalin javalin;

  private HttpServer(Javalin javalin) {
    this.javalin = javalin;
  }

  /**
   * What is served.
   *
   * @param access runs before every route
   * @param routes each adds routes of its own
   * @param mounted handlers outside the routes, each around the next
   * @param page what a browser gets for an address that has no page
   * @param admission what is let in
   * @param bodies bytes of bodies that are read at once
   * @param nanos by which the time of a body is measured
   * @param clock what answers say the time is
   */
  public record Content(
      AccessControl access,
      List<Consumer<RoutesConfig>> routes,
      List<Mounted> mounted,
      ProblemAnswers.ProblemPage page,
      RequestAdmission admission,
      Shares bodies,
      LongSupplier nanos,
      InstantSource clock) {
    /** Copies. */
    public Content {
      routes = List.copyOf(routes);
      mounted = List.copyOf(mounted);
    }
  }

  /**
   * A handler that serves one route of its own and passes everything else on; it checks who calls
   * by itself.
   *
   * @param route what it serves
   * @param handler the handler
   */
  public record Mounted(Permissions.Served route, Handler.Wrapper handler) {}

  /** Starts on both ports, which from then on belong to the server. */
  public static HttpServer start(Listener people, Listener agents, Content content)
      throws IOException {
    List<Listener> listeners = List.of(people, agents);
    Javalin javalin = Javalin.create(config -> configure(config, listeners, content));
    content.access().permissions().verify(served(javalin, content));
    try {
      javalin.start();
    } catch (RuntimeException e) {
      throw new IOException("cannot start HTTP: " + e.getMessage(), e);
    }
    return new HttpServer(javalin);
  }

  private static void configure(JavalinConfig config, List<Listener> listeners, Content content) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.concurrency.useVirtualThreads = true;
    config.jetty.threadPool = new HttpThreads();
    Map<Port, PortConnections> connections = new EnumMap<>(Port.class);
    listeners.forEach(l -> connections.put(l.port(), l.connections()));
    config.jetty.modifyServer(server -> {
      server.setStopTimeout(STOP_MILLIS);
      server.setErrorHandler(new ProblemPages());
      RequestFilter filter =
          new RequestFilter(
              content.admission(), content.bodies(), connections, content.nanos(), content.clock());
      server.setHandler(chain(filter, content));
    });
    config.jetty.modifyServletContextHandler(h -> h.setErrorHandler(new ProblemPages()));
    for (Listener listener : listeners) {
      config.jetty.addConnector((server, _) -> connector(listener, server));
    }
    ProblemAnswers.install(config.routes, content.page());
    config.router.javaLangErrorHandler((response, error) -> {
      ProcessEnd.ifBroken(error);
      LOG.error("a request ended with an error", error);
      response.setStatus(HttpStatus.INTERNAL_SERVER_ERROR_500);
    });
    config.routes.beforeMatched(content.access());
    content.routes().forEach(r -> r.accept(config.routes));
  }

  private static Handler chain(Handler.Wrapper outer, Content content) {
    Handler.Wrapper last = outer;
    for (Mounted one : content.mounted()) {
      last.setHandler(one.handler());
      last = one.handler();
    }
    return outer;
  }

  private static Connector connector(Listener listener, Server server) {
    try {
      return listener.connector(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<Permissions.Served> served(Javalin javalin, Content content) {
    Set<Permissions.Served> served = new HashSet<>();
    javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(h -> h.endpoint)
        .filter(e -> e.method.isHttpMethod())
        .forEach(e -> served.add(new Permissions.Served(e.method.name(), e.path)));
    content.mounted().forEach(m -> served.add(m.route()));
    return served;
  }

  /** Lets requests end for three seconds, then closes all connections, whatever still runs. */
  @Override
  public void close() {
    try {
      javalin.stop();
    } catch (JavalinException e) {
      if (!(e.getCause() instanceof TimeoutException)) {
        throw e;
      }
      LOG.info(
          "requests still ran {} ms after the stop; their connections are closed", STOP_MILLIS);
    }
  }
}
