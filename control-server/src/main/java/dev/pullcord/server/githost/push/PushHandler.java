package dev.pullcord.server.githost.push;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.githost.entry.CommitRules;
import dev.pullcord.server.githost.entry.EntryLimits;
import dev.pullcord.server.githost.gate.PushEnd;
import dev.pullcord.server.githost.push.output.PushOptions;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.limit.OpenRequests;
import dev.pullcord.server.security.limit.Shares;
import dev.pullcord.server.view.FleetReader;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.transport.ReceivePack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives pushes: their places, their threads, and their end when the server stops. */
public final class PushHandler {
  private static final int RUNNING_MAX = 1 << 20;

  /** For a push to say why it ends. */
  private static final Duration PUSH_GRACE = Duration.ofSeconds(3);

  private static final int STOP_SECONDS = 2;
  private static final Logger LOG = LoggerFactory.getLogger(PushHandler.class);

  private final RepositoryStore store;
  private final Deployments deployments;
  private final PushFeedback shown;
  private final PackPrefetch ahead;
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
   * Pushes to one repository.
   *
   * @param store what is pushed to
   * @param deployments told of every push
   * @param shown what pushers see
   * @param ahead told of the steps that nodes will make
   * @param care what looks after pushes
   */
  public PushHandler(
      RepositoryStore store,
      Deployments deployments,
      PushFeedback shown,
      PackPrefetch ahead,
      Care care) {
    this.store = store;
    this.deployments = deployments;
    this.shown = shown;
    this.ahead = ahead;
    this.care = care;
  }

  /**
   * What looks after pushes.
   *
   * @param trail told of pushes, and of what is refused
   * @param times given how long each push took, watching included
   * @param places how many there may be
   * @param open told of them
   * @param target where pushes belong
   * @param stillAllowed makes what is asked during a push, whether its token still works
   * @param gates where canaries try a commit first
   */
  public record Care(
      AuditTrail trail,
      Consumer<Duration> times,
      Shares places,
      OpenRequests open,
      PushTarget target,
      Function<Context, BooleanSupplier> stillAllowed,
      Gates gates) {}

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
            EntryLimits.PACK.bytes(),
            EntryLimits.PACK.blobBytes(),
            PushOptions.DEFAULT.timeout(),
            PushOptions.LONGEST);
  }

  /** Pushes stop watching: each says so to its pusher. Waits a little for them to end. */
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

  /** Told of pushes, and of what is refused. */
  public AuditTrail trail() {
    return care.trail();
  }

  /** For the refs that a pusher is shown before the push. */
  public ReceivePack advertising(Principal pusher) {
    return session(pusher, () -> true).receivePack();
  }

  /**
   * Receives one push, and stays with it while its pusher watches.
   *
   * @param in the request's body, bounded
   * @param answer to be begun once the request is known to be a push
   */
  public void receive(Context ctx, Principal pusher, InputStream in, Runnable answer)
      throws IOException {
    if (stopping || !running.tryAcquire()) {
      throw new ServiceUnavailableResponse("the server stops; push again in a moment");
    }
    long start = System.nanoTime();
    try (PushPlace place = PushPlace.take(care.places(), pusher.owner());
        OpenRequests.Standing standing =
            care.open().enter(ctx, care.stillAllowed().apply(ctx), PUSH_GRACE)) {
      InputStream checked = PushRequest.checked(in);
      answer.run();
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
    return new PushSession(
        new PushRules(new CommitRules(store, deployments), care.target()),
        deployments,
        shown,
        new PushEnd(() -> stopping, goesOn),
        ahead,
        new PushTrail(care.trail(), pusher),
        care.gates());
  }
}
