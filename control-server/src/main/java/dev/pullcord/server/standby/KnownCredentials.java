package dev.pullcord.server.standby;

import dev.pullcord.base.text.Sha256;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Whose credentials worked at the active server lately, so that the next request with them is no
 * stranger's while its answer takes time. They let nobody in: the active server looks at them
 * again. Only their hash is kept.
 */
final class KnownCredentials {
  static final Duration KEPT = Duration.ofMinutes(5);
  static final int MAX = 10_000;

  private final LongSupplier nanos;
  private final Map<String, Known> known = new LinkedHashMap<>();

  private record Known(String caller, long since) {}

  /** None were shown yet. */
  KnownCredentials(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whose they are. */
  synchronized Optional<String> caller(HttpFields request) {
    return hash(request)
        .map(known::get)
        .filter(k -> nanos.getAsLong() - k.since() <= KEPT.toNanos())
        .map(Known::caller);
  }

  /** They are this caller's. A request without any says nothing of the next one. */
  synchronized void worked(HttpFields request, String caller) {
    hash(request)
        .ifPresent(hash -> {
          known.remove(hash); // so that the first one is the one that was not shown for longest
          known.put(hash, new Known(caller, nanos.getAsLong()));
          if (known.size() > MAX) {
            known.remove(known.keySet().iterator().next());
          }
        });
  }

  /** They do not work any more. */
  synchronized void failed(HttpFields request) {
    hash(request).ifPresent(known::remove);
  }

  private static Optional<String> hash(HttpFields request) {
    StringBuilder shown = new StringBuilder();
    for (HttpHeader header : new HttpHeader[] {HttpHeader.AUTHORIZATION, HttpHeader.COOKIE}) {
      for (String value : request.getValuesList(header)) {
        shown.append(header).append(": ").append(value).append('\n');
      }
    }
    return shown.isEmpty() ? Optional.empty() : Optional.of(Sha256.hex(shown.toString()));
  }
}
