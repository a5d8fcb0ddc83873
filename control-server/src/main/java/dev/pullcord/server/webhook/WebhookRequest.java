package dev.pullcord.server.webhook;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a git host sent: its headers, and its body as the bytes that came. */
final class WebhookRequest {
  private final Function<String, @Nullable String> headers;
  private final byte[] body;

  /**
   * A request.
   *
   * @param headers by name, whatever the case
   * @param body not copied
   */
  WebhookRequest(Function<String, @Nullable String> headers, byte[] body) {
    this.headers = headers;
    this.body = body;
  }

  /** The first of these headers that there is. */
  Optional<String> header(List<String> names) {
    return names.stream().map(headers).filter(Objects::nonNull).findFirst().map(String::strip);
  }

  Optional<String> header(String name) {
    return header(List.of(name));
  }

  byte[] body() {
    return body;
  }
}
