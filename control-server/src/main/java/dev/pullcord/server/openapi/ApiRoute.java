package dev.pullcord.server.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.refusal.Refusal;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One route of the people's API: what it does, and what its callers are told of it. The document is
 * made of these, and the bodies are read and written here, so that the two cannot differ. Who may
 * call is in {@link dev.pullcord.server.security.Permissions}.
 */
public final class ApiRoute {
  /** A parameter in angle brackets may have slashes in it, as a branch's name may. */
  private static final Pattern PARAMETER = Pattern.compile("[{<]([^}>]+)[}>]");

  /** What a client accepts that wants to be told of changes. */
  public static final String EVENTS = "text/event-stream";

  private final Draft draft;
  private final @Nullable Class<?> body;
  private final Answer answer;
  private final Handler handler;

  private ApiRoute(Draft draft, @Nullable Class<?> body, Answer answer, Handler handler) {
    this.draft = draft;
    this.body = body;
    this.answer = answer;
    this.handler = handler;
    Set<String> inPath =
        PARAMETER.matcher(draft.path).results().map(m -> m.group(1)).collect(Collectors.toSet());
    if (!inPath.equals(Set.copyOf(names(ApiParameter.PATH)))) {
      throw new IllegalArgumentException(
          draft.path + " does not have the parameters that it describes: " + draft.parameters);
    }
  }

  /**
   * What callers get when all is well.
   *
   * @param status of HTTP
   * @param mediaType of the body; empty when there is none
   * @param record the body's type, where that is one of our records
   * @param description a sentence
   */
  record Answer(int status, String mediaType, @Nullable Class<?> record, String description) {
    static Answer json(int status, Class<?> record) {
      return new Answer(status, "application/json", record, "Done.");
    }
  }

  /** A route that reads, or answers what it knows. */
  public static Draft get(String path, String summary) {
    return new Draft("GET", path, summary);
  }

  /** A route that makes something, or has something done. */
  public static Draft post(String path, String summary) {
    return new Draft("POST", path, summary);
  }

  /** A route that sets something to a value. */
  public static Draft put(String path, String summary) {
    return new Draft("PUT", path, summary);
  }

  /** A route that changes parts of something. */
  public static Draft patch(String path, String summary) {
    return new Draft("PATCH", path, summary);
  }

  /** A route that ends something. */
  public static Draft delete(String path, String summary) {
    return new Draft("DELETE", path, summary);
  }

  /** Has the route answered. */
  public void serve(JavalinDefaultRoutingApi routes) {
    routes.addHttpHandler(HandlerType.findOrCreate(draft.method), draft.path, this::handle);
  }

  private void handle(Context ctx) throws Exception {
    List<String> known = names(ApiParameter.QUERY);
    if (!known.isEmpty()) {
      refuseOthers(ctx, known);
    }
    handler.handle(ctx);
  }

  /** A misspelt filter would select everything. */
  private static void refuseOthers(Context ctx, List<String> known) {
    for (String name : ctx.queryParamMap().keySet()) {
      if (!known.contains(name)) {
        throw new Refusal(
            Refusal.Kind.MALFORMED,
            "PARAMETER",
            Quoted.of(name) + " is not a parameter here" + DidYouMean.of(name, known),
            name);
      }
    }
  }

  private List<String> names(String place) {
    return draft.parameters.stream()
        .filter(p -> p.place().equals(place))
        .map(ApiParameter::name)
        .toList();
  }

  String method() {
    return draft.method;
  }

  /** As it is registered. */
  String path() {
    return draft.path;
  }

  /** As OpenAPI writes it. */
  String template() {
    return draft.path.replace('<', '{').replace('>', '}');
  }

  String summary() {
    return draft.summary;
  }

  /** More than the summary says; empty where that is enough. */
  String note() {
    return draft.note;
  }

  List<ApiParameter> parameters() {
    return draft.parameters;
  }

  @Nullable Class<?> body() {
    return body;
  }

  Answer answer() {
    return answer;
  }

  private static void json(Context ctx, int status, Object value) {
    ctx.status(status)
        .contentType("application/json")
        .result(PullcordJson.write(value).getBytes(UTF_8));
  }

  /** A route whose answer is not said yet. */
  public static final class Draft {
    private final String method;
    private final String path;
    private final String summary;
    private final List<ApiParameter> parameters = new ArrayList<>();
    private String note = "";

    private Draft(String method, String path, String summary) {
      this.method = method;
      this.path = path;
      this.summary = summary;
    }

    /** With these parameters; a query that has others is refused, if it takes any. */
    public Draft with(ApiParameter... more) {
      parameters.addAll(List.of(more));
      return this;
    }

    /** With a sentence more for callers. */
    public Draft note(String more) {
      note = more;
      return this;
    }

    /** Answers 200 with a record. */
    public <T> ApiRoute answers(Class<T> type, Function<Context, T> handler) {
      return new ApiRoute(
          this, null, Answer.json(200, type), ctx -> json(ctx, 200, handler.apply(ctx)));
    }

    /** The same, with a stream in its place for whoever accepts events. */
    public <T> ApiRoute answersOrStreams(
        Class<T> type, Function<Context, T> handler, Handler stream) {
      return new ApiRoute(
          this,
          null,
          Answer.json(200, type),
          ctx -> {
            if (EVENTS.equals(ctx.header("Accept"))) {
              stream.handle(ctx);
            } else {
              json(ctx, 200, handler.apply(ctx));
            }
          });
    }

    /** Takes a body, and answers 200 with a record. */
    public <B extends Record, T> ApiRoute answers(
        Class<B> body, Class<T> type, BiFunction<Context, B, T> handler) {
      return taking(200, body, type, handler);
    }

    /** Takes a body, and answers 201 with what it made. */
    public <B extends Record, T> ApiRoute makes(
        Class<B> body, Class<T> type, BiFunction<Context, B, T> handler) {
      return taking(201, body, type, handler);
    }

    private <B extends Record, T> ApiRoute taking(
        int status, Class<B> body, Class<T> type, BiFunction<Context, B, T> handler) {
      return new ApiRoute(
          this,
          body,
          Answer.json(status, type),
          ctx -> json(ctx, status, handler.apply(ctx, Bodies.read(ctx, body))));
    }

    /** Answers 204, with nothing. */
    public ApiRoute does(Consumer<Context> handler) {
      return new ApiRoute(
          this,
          null,
          new Answer(204, "", null, "Done."),
          ctx -> {
            handler.accept(ctx);
            ctx.status(204);
          });
    }

    /** Answers 200 with something that is no record; the handler writes it. */
    public ApiRoute sends(String mediaType, String description, Handler handler) {
      return new ApiRoute(this, null, new Answer(200, mediaType, null, description), handler);
    }
  }
}
