package dev.pullcord.agent.http;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One opening of a stream of server-sent events, read on the caller's thread until it ends: the
 * server closed it, was silent for 45 s, or {@link #cancel()} was called.
 */
public final class EventStream {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

  private final String url;
  private final Call call;
  private final UnaryOperator<Answer<String>> heard;
  private final LongSupplier nanos;
  private volatile long heardAt;
  private @Nullable Long openedAt;

  /**
   * @param heard told of an answer that is no stream; gives it back
   * @param nanos the monotonic clock
   */
  EventStream(String url, Call call, UnaryOperator<Answer<String>> heard, LongSupplier nanos) {
    this.url = url;
    this.call = call;
    this.heard = heard;
    this.nanos = nanos;
    this.heardAt = nanos.getAsLong();
  }

  /**
   * Opens and reads it.
   *
   * @param opened called once, when the server has accepted
   * @param data called with each event's data
   * @return a value when the server ended it in order, else why it could not be read on
   */
  public Answer<String> read(Runnable opened, Consumer<String> data) {
    try (Response response = call.execute()) {
      if (!response.isSuccessful()) {
        return heard.apply(Answers.read(url, response, String.class));
      }
      MediaType type = response.body().contentType();
      if (type == null || !type.subtype().equals("event-stream")) {
        return Answers.read(url, response, String.class);
      }
      Listener listener = new Listener(opened, data);
      EventSources.processResponse(
          response.newBuilder().body(new BoundedBody(response.body())).build(), listener);
      return switch (listener.failure) {
        case null -> new Answer.Value<>("the server ended the stream");
        case IOException io -> Answers.failed(url, io);
        case Throwable bug -> {
          LOG.error("the stream was ended by an error of the agent itself, which is a bug", bug);
          yield new Answer.Failed<>(
              Answer.Why.UNREACHABLE,
              url + ": an error of the agent itself ended the stream; its log has more");
        }
      };
    } catch (IOException e) {
      return Answers.failed(url, e);
    }
  }

  /** How long it has been open, or was; of the thread that reads it. */
  public Duration lasted() {
    return openedAt == null ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - openedAt);
  }

  /** How long nothing came, no comment either; at first, how long ago it was made. */
  public Duration silence() {
    return Duration.ofNanos(nanos.getAsLong() - heardAt);
  }

  /** Ends it from another thread. */
  public void cancel() {
    call.cancel();
  }

  private final class Listener extends EventSourceListener {
    private final Runnable opened;
    private final Consumer<String> data;
    private @Nullable Throwable failure;

    Listener(Runnable opened, Consumer<String> data) {
      this.opened = opened;
      this.data = data;
    }

    @Override
    public void onOpen(EventSource source, Response response) {
      openedAt = nanos.getAsLong();
      opened.run();
    }

    @Override
    public void onEvent(
        EventSource source, @Nullable String id, @Nullable String type, String content) {
      data.accept(content);
    }

    @Override
    public void onFailure(
        EventSource source, @Nullable Throwable cause, @Nullable Response response) {
      failure = cause == null ? new IOException("the stream broke") : cause;
    }
  }

  /** Ends the stream when one event grows over the limit, instead of collecting it. */
  private final class BoundedBody extends ResponseBody {
    private final ResponseBody body;
    private final BufferedSource source;

    BoundedBody(ResponseBody body) {
      this.body = body;
      this.source = Okio.buffer(new Bounded(body.source()));
    }

    @Override
    public @Nullable MediaType contentType() {
      return body.contentType();
    }

    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public BufferedSource source() {
      return source;
    }
  }

  private final class Bounded extends ForwardingSource {
    private long sinceBlankLine;
    private boolean lineIsEmpty = true;

    Bounded(BufferedSource source) {
      super(source);
    }

    @Override
    public long read(Buffer sink, long max) throws IOException {
      long before = sink.size();
      long count = super.read(sink, max);
      heardAt = nanos.getAsLong();
      for (long i = before; i < before + count; i++) {
        count(sink.getByte(i));
      }
      if (sinceBlankLine > AgentHttp.JSON_LIMIT_BYTES) {
        throw new IOException("BODY_TOO_LARGE  an event of more than 1 MiB");
      }
      return count;
    }

    private void count(byte b) {
      sinceBlankLine = b == '\n' && lineIsEmpty ? 0 : sinceBlankLine + 1;
      if (b != '\r') {
        lineIsEmpty = b == '\n';
      }
    }
  }
}
