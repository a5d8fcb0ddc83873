package dev.pullcord.server.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.SecretFile;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.refusal.Refusal;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Takes what the git host says. In this order: it is signed with our secret; it is JSON; it is
 * about our repository; it did not come before; something may have been pushed. Only then the
 * upstream is fetched, and never anything that the body names.
 */
final class Webhooks {
  /** The host is answered within 100 ms, also while the disk is slow. */
  private static final int REMEMBERED_WITHIN_MILLIS = 50;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:{}-]{1,128}");

  /** Where the hosts say what was pushed; only for people to read. */
  private static final List<String> REFS =
      List.of("/ref", "/push/changes/0/new/name", "/push/changes/0/old/name", "/changes/0/refId");

  private static final Pattern BRANCH = Pattern.compile("^refs/heads/");

  private final HostLinks.Webhook config;
  private final String upstream;
  private final HostForm form;
  private final DeliveryLog log;
  private final Runnable fetch;
  private final InstantSource clock;

  /**
   * Webhooks of one host.
   *
   * @param upstream whose deliveries are taken
   * @param fetch has it fetched soon; called for each push that is said
   */
  Webhooks(
      HostLinks.Webhook config,
      String upstream,
      DeliveryLog log,
      Runnable fetch,
      InstantSource clock) {
    this.config = config;
    this.upstream = upstream;
    this.form = HostForm.of(config.kind());
    this.log = log;
    this.fetch = fetch;
    this.clock = clock;
  }

  /**
   * What came of a delivery.
   *
   * @param outcome {@code fetched}, {@code ignored} or {@code repeated}
   * @param detail why, in a sentence
   */
  record Result(String outcome, String detail) {}

  /** Takes one. */
  Result take(WebhookRequest request) {
    form.proof().check(request, secret(), clock.instant());
    JsonNode body = DeliveryBody.read(request, form.asForm());
    String event = form.event(request, body).orElseThrow(() -> missing(eventPlace(), "event"));
    String id = request.header(form.ids()).orElseThrow(() -> missing(form.ids().getFirst(), "id"));
    if (!ID.matcher(id).matches()) {
      throw new Refusal(
          Refusal.Kind.MALFORMED, "WEBHOOK_ID", Quoted.of(id) + " is no id of a delivery", null);
    }
    boolean moves = form.moves().contains(event);
    checkRepository(SentRepository.of(body), moves);
    return remembered(config.kind().word() + ":" + id, result(event, body, moves));
  }

  private String secret() {
    try {
      return SecretFile.read(config.secretFile(), "upstream.webhook.secret-file");
    } catch (RemoteFault fault) {
      throw SecretTrouble.refusal(String.valueOf(fault.getMessage()));
    }
  }

  private String eventPlace() {
    return form.events().isEmpty() ? form.eventField() : form.events().getFirst();
  }

  private static Refusal missing(String place, String what) {
    return new Refusal(
        Refusal.Kind.MALFORMED,
        "WEBHOOK_" + (what.equals("id") ? "ID" : "EVENT"),
        "the " + what + " of the delivery is missing; " + place + " expected",
        place);
  }

  /** A delivery that is no push may name none: that of an organization, or a test. */
  private void checkRepository(SentRepository sent, boolean moves) {
    if (sent.is(upstream) || (!moves && sent.name().isEmpty())) {
      return;
    }
    throw new Refusal(
        Refusal.Kind.INVALID,
        "WEBHOOK_REPOSITORY",
        "it is about "
            + sent.name().map(Quoted::of).orElse("no repository")
            + "; this server mirrors "
            + upstream
            + " and takes webhooks of that alone",
        null);
  }

  private static Result result(String event, JsonNode body, boolean moves) {
    if (!moves) {
      return new Result(
          DeliveryLog.IGNORED, Quoted.of(event) + " is no push; only pushes are needed");
    }
    String words =
        REFS.stream()
            .map(place -> body.at(place).asText(""))
            .filter(ref -> !ref.isEmpty())
            .findFirst()
            .map(ref -> "a push to " + Quoted.of(BRANCH.matcher(ref).replaceFirst("")))
            .orElse("a push");
    return new Result(DeliveryLog.FETCHED, words);
  }

  private Result remembered(String id, Result result) {
    if (log.knows(id)) {
      return repeated(id, result);
    }
    CompletableFuture<Boolean> first = log.remember(id, result.outcome(), result.detail());
    if (result.outcome().equals(DeliveryLog.FETCHED)) {
      // A fetch too many is better than one too few, if the disk says no.
      var _ =
          first
              .exceptionally(_ -> true)
              .thenAccept(now -> {
                if (now) {
                  fetch.run();
                }
              });
    }
    try {
      if (!first.get(REMEMBERED_WITHIN_MILLIS, TimeUnit.MILLISECONDS)) {
        return repeated(id, result); // both came at once
      }
    } catch (TimeoutException | ExecutionException _) {
      // It is fetched all the same.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return result;
  }

  private Result repeated(String id, Result result) {
    log.repeated(id, result.detail());
    return new Result(DeliveryLog.REPEATED, "this delivery came before; nothing is fetched");
  }
}
