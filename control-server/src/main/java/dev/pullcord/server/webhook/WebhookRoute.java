package dev.pullcord.server.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.refusal.BodyException;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Permission;
import dev.pullcord.server.security.Permissions;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.Sources;
import dev.pullcord.server.security.limit.ClientNetwork;
import dev.pullcord.server.store.AuditTable;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** {@code POST /webhooks/KIND}: there is such a route only where a webhook is configured. */
public final class WebhookRoute {
  private static final int ACCEPTED = 202;
  private static final int MINUTE_SECONDS = 60;

  private final String path;
  private final Webhooks webhooks;
  private final DeliveryLog log;
  private final DeliveryRate rate;

  /**
   * The route.
   *
   * @param upstream whose deliveries are taken
   * @param log what becomes of them
   * @param fetch has the upstream fetched soon; called for each push that is said
   * @param nanos only goes forward
   */
  public WebhookRoute(
      HostLinks.Webhook config,
      String upstream,
      DeliveryLog log,
      Runnable fetch,
      InstantSource clock,
      LongSupplier nanos) {
    this.path = config.kind().path();
    this.webhooks = new Webhooks(config, upstream, log, fetch, clock);
    this.log = log;
    this.rate = new DeliveryRate(nanos);
  }

  /** Its line in the table. Nobody signs in: the delivery itself is signed. */
  public static Permissions.Line line(HostLinks.Webhook config) {
    return new Permissions.Line(Port.PEOPLE, "POST", config.kind().path(), Permission.ANONYMOUS);
  }

  /** Adds it. */
  public void routes(RoutesConfig config) {
    config.post(path, this::handle);
  }

  private void handle(Context ctx) throws IOException {
    AuditTable.Source from = Sources.of(ctx);
    try {
      Webhooks.Result result = take(ctx);
      ctx.status(result.outcome().equals(DeliveryLog.FETCHED) ? ACCEPTED : 200)
          .contentType("application/json")
          .result(PullcordJson.write(result).getBytes(UTF_8));
    } catch (Refusal | BodyException e) {
      log.refused(from, path, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private byte[] body(Context ctx) throws IOException {
    try (InputStream in = ctx.bodyInputStream()) {
      return in.readAllBytes();
    } catch (IOException | RuntimeException e) {
      log.refused(
          Sources.of(ctx), path, "its body is too large, or did not come to its end in time");
      throw e;
    }
  }

  private Webhooks.Result take(Context ctx) throws IOException {
    if (!rate.take(ClientNetwork.of(ctx.ip()))) {
      throw new Refusal(
          Refusal.Kind.TOO_MANY,
          "WEBHOOKS",
          DeliveryRate.MOST
              + " deliveries came from there within a minute; the server looks at the"
              + " upstream by itself, too",
          null,
          MINUTE_SECONDS);
    }
    return webhooks.take(new WebhookRequest(ctx::header, body(ctx)));
  }
}
