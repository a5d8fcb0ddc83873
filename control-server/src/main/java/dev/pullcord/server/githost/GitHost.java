package dev.pullcord.server.githost;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.githost.push.OwnThread;
import dev.pullcord.server.githost.push.PushHandler;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.AccessControl;
import dev.pullcord.server.security.Caller;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.limit.Shares;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.UnsupportedMediaTypeResponse;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jgit.errors.PackProtocolException;
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
 * <p>It cuts off bodies that unpack to more than they may, and refuses the dumb protocol.
 */
public final class GitHost {
  private static final String UPLOAD = "git-upload-pack";
  private static final String RECEIVE = "git-receive-pack";

  /** Some 160,000 lines: a first clone sends one for each ref. Each line is looked up. */
  private static final long FETCH_REQUEST_MAX_BYTES = 8L << 20;

  /** An agent wants few commits, and names at most 256 that it has. */
  private static final long NODE_REQUEST_MAX_BYTES = 64L << 10;

  private static final long PUSH_REQUEST_MAX_BYTES = PushHandler.Limits.ALL.bytes() + (16L << 20);
  private static final int CAUSE_MAX = 300;
  private static final String NO_GZIP = "the body is no whole gzip, as its Content-Encoding says";
  private static final Logger LOG = LoggerFactory.getLogger(GitHost.class);

  private final RepositoryStore store;
  private final AssignedRefs assigned;
  private final PushHandler pushes;
  private final Shares fetches;

  /**
   * A git host.
   *
   * @param store what is hosted
   * @param desired what each node may fetch
   * @param pushes receives what people push
   * @param fetches of people; each computes on a thread of its own
   */
  public GitHost(RepositoryStore store, DesiredStates desired, PushHandler pushes, Shares fetches) {
    this.fetches = fetches;
    this.store = store;
    this.assigned = new AssignedRefs(desired);
    this.pushes = pushes;
  }

  /** Adds the routes. */
  public void routes(JavalinDefaultRoutingApi routes) {
    routes.get("/git/{repository}/info/refs", this::advertise);
    routes.post("/git/{repository}/" + UPLOAD, this::fetch);
    routes.post("/git/{repository}/" + RECEIVE, this::push);
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
      AccessControl.require(pushes.trail(), ctx, principal, Principal.Role.OPERATOR);
      store.requireRoom();
      respond(ctx, "application/x-git-receive-pack-advertisement");
      PacketLineOut out = new PacketLineOut(ctx.res().getOutputStream());
      out.writeString("# service=" + RECEIVE + "\n");
      out.end();
      pushes.advertising(principal).sendAdvertisedRefs(advertiser(ctx));
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
    if (Caller.of(ctx) instanceof Caller.Person(Principal person)) {
      // The negotiation computes: on a virtual thread it would keep both ports from answering.
      try (Shares.Share _ = fetches.take(person.owner())) {
        InputStream in = body(ctx, UPLOAD, FETCH_REQUEST_MAX_BYTES);
        OwnThread.run("fetch", () -> upload(ctx, in));
      }
    } else {
      upload(ctx, body(ctx, UPLOAD, NODE_REQUEST_MAX_BYTES));
    }
  }

  private void upload(Context ctx, InputStream in) throws IOException {
    respond(ctx, "application/x-git-upload-pack-result");
    Answer answer = new Answer(ctx.res().getOutputStream());
    try (UploadPack upload = uploadPack(ctx, Caller.of(ctx))) {
      upload.upload(in, answer, null);
    } catch (UploadPackInternalServerErrorException e) {
      // Most often it wanted what it may not have. JGit keeps back what it says before its answer.
      if (!answer.begun && e.getCause() instanceof PackProtocolException told) {
        new PacketLineOut(answer).writeString("ERR " + told.getMessage() + "\n");
      }
      LOG.info("fetch refused: {}", TerminalText.cut(String.valueOf(e.getCause()), CAUSE_MAX));
    } catch (ServiceMayNotContinueException e) {
      LOG.info("fetch refused: {}", e.getMessage()); // said to the client as an error line
    }
  }

  private void push(Context ctx) throws IOException {
    checkRepository(ctx);
    Principal pusher = Caller.person(ctx);
    store.requireRoom();
    InputStream in = body(ctx, RECEIVE, PUSH_REQUEST_MAX_BYTES);
    pushes.receive(ctx, pusher, in, () -> respond(ctx, "application/x-git-receive-pack-result"));
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
    if (ctx.req().getContentLengthLong() > maxBytes) {
      throw new ContentTooLargeResponse("at most " + maxBytes + " bytes are expected here");
    }
    boolean fetch = service.equals(UPLOAD);
    InputStream in = ctx.req().getInputStream();
    String encoding = ctx.header("Content-Encoding");
    if (encoding == null) {
      return new Bounded(in, maxBytes, fetch, false);
    }
    if (!encoding.equals("gzip") && !encoding.equals("x-gzip")) {
      throw new UnsupportedMediaTypeResponse("Content-Encoding: gzip or none is expected");
    }
    try {
      return new Bounded(new GZIPInputStream(in), maxBytes, fetch, true);
    } catch (ZipException | EOFException e) {
      throw noGzip();
    }
  }

  private static Refusal noGzip() {
    return new Refusal(Refusal.Kind.MALFORMED, "GIT_PROTOCOL", NO_GZIP, null);
  }

  private static void respond(Context ctx, String contentType) {
    ctx.res().setContentType(contentType);
    ctx.res().setHeader("Cache-Control", "no-cache, max-age=0, must-revalidate");
  }

  /** Knows whether anything was written. */
  private static final class Answer extends FilterOutputStream {
    private boolean begun;

    Answer(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      begun = true;
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      begun = true;
      out.write(bytes, offset, length);
    }
  }

  /** A body that is cut off when it is too long, zipped or not. */
  private static final class Bounded extends FilterInputStream {
    private final long maxBytes;
    private final boolean fetch;
    private final boolean zipped;
    private long left;

    Bounded(InputStream in, long maxBytes, boolean fetch, boolean zipped) {
      super(in);
      this.zipped = zipped;
      this.maxBytes = maxBytes;
      this.fetch = fetch;
      this.left = maxBytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = some(bytes, offset, length);
      left -= Math.max(0, n);
      if (left < 0 && fetch) { // git is told it in its own way
        throw new PackProtocolException(
            "this fetch names too many refs and commits: at most "
                + (maxBytes >> 10)
                + " KiB of them are expected; fetch fewer refs at a time");
      }
      if (left < 0) {
        throw new ContentTooLargeResponse("the request is too large");
      }
      return n;
    }

    private int some(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (ZipException | EOFException e) {
        if (!zipped) {
          throw e;
        }
        if (fetch) {
          throw new PackProtocolException(NO_GZIP, e);
        }
        throw noGzip();
      }
    }
  }
}
