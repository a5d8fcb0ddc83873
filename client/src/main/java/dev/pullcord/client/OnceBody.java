package dev.pullcord.client;

import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The body of a change. It is sent at most once: OkHttp sends a request again by itself where a
 * kept connection breaks, and the server may have read the first one. Whoever changes something has
 * such a body, an empty one too.
 */
final class OnceBody extends RequestBody {
  private static final MediaType JSON = MediaType.get("application/json");
  private final byte[] bytes;
  private final @Nullable MediaType type;

  private OnceBody(byte[] bytes, @Nullable MediaType type) {
    this.bytes = bytes;
    this.type = type;
  }

  /** The body of a request: none of a look, which can be sent again. */
  static @Nullable RequestBody of(String method, @Nullable Object body) {
    if (body != null) {
      return new OnceBody(PullcordJson.write(body).getBytes(StandardCharsets.UTF_8), JSON);
    }
    return method.equals("GET") ? null : new OnceBody(new byte[0], null);
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public @Nullable MediaType contentType() {
    return type;
  }

  @Override
  public long contentLength() {
    return bytes.length;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    sink.write(bytes);
  }
}
