package dev.pullcord.server.githost;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.OpenRequests;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.Shares;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.javalin.http.UnsupportedMediaTypeResponse;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.ServiceMayNotContinueException;
import org.eclipse.jgit.transport.UploadPack;
import org.eclipse.jgit.transport.UploadPackInternalServerErrorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Git's smart HTTP for the one repository: people fetch and push on their port, nodes fetch what
 * they are assigned on theirs. Who calls, and whether a push may come at all, {@link AccessControl}
 * has decided before a handler of this class runs.
 *
 * <p>Owns: bodies that unpack to more than they may, the dumb protocol (refused), and the end of
 * pushes that still watch when the server stops.
 */
public final class GitHost {
  private static final String UPLOAD = "git-upload-pack";
  private static final String RECEIVE = "git-receive-pack";
  private static final long FETCH_REQUEST_MAX_BYTES = 16L << 20;
  private static final long PUSH_REQUEST_MAX_BYTES = PushedPack.LIMITS.bytes() + (16L << 20);
  private static final int RUNNING_MAX = 1 << 20;

  /** For a push to say why it ends. */
  private static final Duration PUSH_GRACE = Duration.ofSeconds(3);

  private static final int STOP_SECONDS = 2;
  private static final Logger LOG = LoggerFactory.getLogger(GitHost.class);

  private final RepositoryStore store;
  private final Deployments deployments;
  private final FleetReader fleet;
  private final AssignedRefs assigned;
  private final PackPrefetch ahead;
  private final LongFunction<String> pages;
  private final Care care;
  private final Semaphore running = new Semaphore(RUNNING_MAX);
  private volatile boolean stopping;

  /**
   * What pushers are shown.
   *
   * @param fleet that they watch
   * @param pages the address of the page of a deployment
   */
  public record PushFeedback(FleetReader fleet, LongFunction<String> pages) {}

  /**
   * A git host.
   *
   * @param store what is hosted
   * @param deployments told of every push
   * @param shown what pushers see
   * @param desired what each node may fetch
   * @param ahead told of the steps that nodes will make
   * @param care what looks after pushes
   */
  public GitHost(
      RepositoryStore store,
      Deployments deployments,
      PushFeedback shown,
      DesiredStates desired,
      PackPrefetch ahead,
      Care care) {
    this.store = store;
    this.deployments = deployments;
    this.fleet = shown.fleet();
    this.assigned = new AssignedRefs(desired);
    this.ahead = ahead;
    this.pages = shown.pages();
    this.care = care;
  }

  /**
   * What looks after pushes.
   *
   * @param trail told of pushes, and of what is refused
   * @param times given how long each push took, watching included
   * @param places how many there may be
   * @param open told of them
   * @param stillAllowed makes what is asked during a push, whether its token still works
   */
  public record Care(
      AuditTrail trail,
      Consumer<Duration> times,
      Shares places,
      OpenRequests open,
      Function<Context, BooleanSupplier> stillAllowed) {}

  /**
   * What a push may be, and how long it stays.
   *
   * @param bytes in one push
   * @param fileBytes in one file
   * @param stays how long it stays to watch the nodes
   * @param longest how long it stays when its pusher asks for that
   */
  public record Limits(long bytes, long fileBytes, Duration stays, Duration longest) {
    /** Those of every push. */
    public static final Limits ALL =
        new Limits(
            PushedPack.LIMITS.bytes(),
            PushedPack.LIMITS.blobBytes(),
            PushOptions.DEFAULT.timeout(),
            PushOptions.LONGEST);
  }

  /** Adds the routes. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/git/{repository}/info/refs", this::advertise);
    routes.post("/git/{repository}/" + UPLOAD, this::fetch);
    routes.post("/git/{repository}/" + RECEIVE, this::push);
  }

  /** Pushes stop to watch: each says so to its pusher. Waits a little for them to end. */
  public void stop() {
    stopping = true;
    try {
      if (running.tryAcquire(RUNNING_MAX, STOP_SECONDS, TimeUnit.SECONDS)) {
        running.release(RUNNING_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void advertise(Context ctx) throws IOException {
    checkRepository(ctx);
    String service = ctx.queryParam("service");
    Caller caller = Caller.of(ctx);
    if (UPLOAD.equals(service)) {
      respond(ctx, "application/x-git-upload-pack-advertisement");
      try (UploadPack upload = uploadPack(ctx, caller)) {
        upload.sendAdvertisedRefs(advertiser(ctx), UPLOAD);
      }
    } else if (RECEIVE.equals(service) && caller instanceof Caller.Person(Principal principal)) {
      AccessControl.require(care.trail(), ctx, principal, Principal.Role.OPERATOR);
      store.requireRoom();
      respond(ctx, "application/x-git-receive-pack-advertisement");
      PacketLineOut out = new PacketLineOut(ctx.res().getOutputStream());
      out.writeString("# service=" + RECEIVE + "\n");
      out.end();
      session(principal, () -> true).receivePack().sendAdvertisedRefs(advertiser(ctx));
    } else {
      throw new Refusal(
          Refusal.Kind.FORBIDDEN, "GIT_SERVICE", "git's smart HTTP protocol is expected", null);
    }
  }

  private static PacketLineOutRefAdvertiser advertiser(Context ctx) throws IOException {
    return new PacketLineOutRefAdvertiser(new PacketLineOut(ctx.res().getOutputStream()));
  }

  private void fetch(Context ctx) throws IOException {
    checkRepository(ctx);
    InputStream in = body(ctx, UPLOAD, FETCH_REQUEST_MAX_BYTES);
    respond(ctx, "application/x-git-upload-pack-result");
    try (UploadPack upload = uploadPack(ctx, Caller.of(ctx))) {
      upload.upload(in, ctx.res().getOutputStream(), null);
    } catch (UploadPackInternalServerErrorException e) {
      // The client has been told in git's own way; most often it wanted what it may not have.
      LOG.info("fetch refused: {}", String.valueOf(e.getCause()));
    } catch (ServiceMayNotContinueException e) {
      LOG.info("fetch refused: {}", e.getMessage()); // said to the client as an error line
    }
  }

  private void push(Context ctx) throws IOException {
    checkRepository(ctx);
    Principal pusher = Caller.person(ctx);
    store.requireRoom();
    InputStream in = body(ctx, RECEIVE, PUSH_REQUEST_MAX_BYTES);
    if (stopping || !running.tryAcquire()) {
      throw new ServiceUnavailableResponse("the server stops; push again in a moment");
    }
    long start = System.nanoTime();
    try (PushPlace place = PushPlace.take(care.places(), pusher.owner());
        OpenRequests.Standing standing =
            care.open().enter(ctx, care.stillAllowed().apply(ctx), PUSH_GRACE)) {
      InputStream checked = PushRequest.checked(in);
      respond(ctx, "application/x-git-receive-pack-result");
      ClientStream out = new ClientStream(ctx.res().getOutputStream());
      PushSession session = session(pusher, standing::goesOn);
      OwnThread.run("push", () -> session.receive(checked, out, place.none()));
    } catch (UnpackException _) {
      LOG.debug("the push of {} was explained to it", pusher.owner());
    } catch (PackProtocolException e) {
      // The client has been told in git's own way.
      LOG.info("push by {} refused: {}", pusher.owner(), e.getMessage());
    } finally {
      running.release();
      care.times().accept(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private PushSession session(Principal pusher, BooleanSupplier goesOn) {
    PushTrail trail = new PushTrail(care.trail(), pusher);
    return new PushSession(
        store, deployments, fleet, new PushEnd(() -> stopping, goesOn), ahead, pages, trail);
  }

  private UploadPack uploadPack(Context ctx, Caller caller) {
    UploadPack upload =
        switch (caller) {
          case Caller.Node node -> assigned.uploadPack(store.repository(), node.name());
          case Caller.Person _ -> new UploadPack(store.repository());
          case Caller.Anonymous _, Caller.Key _ -> throw new NotFoundResponse();
        };
    upload.setBiDirectionalPipe(false);
    String protocol = ctx.header("Git-Protocol");
    if (protocol != null) {
      upload.setExtraParameters(List.of(protocol.split(":")));
    }
    return upload;
  }

  private void checkRepository(Context ctx) {
    if (!ctx.pathParam("repository").equals(store.name() + ".git")) {
      throw new NotFoundResponse();
    }
  }

  private static InputStream body(Context ctx, String service, long maxBytes) throws IOException {
    if (!("application/x-" + service + "-request").equals(ctx.contentType())) {
      throw new UnsupportedMediaTypeResponse("application/x-" + service + "-request is expected");
    }
    InputStream in = ctx.req().getInputStream();
    String encoding = ctx.header("Content-Encoding");
    if (encoding == null) {
      return new Bounded(in, maxBytes);
    }
    if (!encoding.equals("gzip") && !encoding.equals("x-gzip")) {
      throw new UnsupportedMediaTypeResponse("Content-Encoding: gzip or none is expected");
    }
    return new Bounded(new GZIPInputStream(in), maxBytes);
  }

  private static void respond(Context ctx, String contentType) {
    ctx.res().setContentType(contentType);
    ctx.res().setHeader("Cache-Control", "no-cache, max-age=0, must-revalidate");
  }

  /** A body that is cut off when it is too long, zipped or not. */
  private static final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long maxBytes) {
      super(in);
      this.left = maxBytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = super.read(bytes, offset, length);
      left -= Math.max(0, n);
      if (left < 0) {
        throw new ContentTooLargeResponse("the request is too large");
      }
      return n;
    }
  }
}
