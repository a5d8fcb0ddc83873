package dev.pullcord.agent.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * One request of JGit. It goes out when JGit first asks about the answer. Refusals and failures of
 * the connection come as {@link GitRefusedException} with words that JGit does not have.
 */
final class OkHttpGitConnection implements HttpConnection {
  private final OkHttpClient client;
  private final URL url;
  private final Request.Builder request;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private String method = "GET";
  private @Nullable Response response;

  OkHttpGitConnection(OkHttpClient client, URL url) {
    this.client = client;
    this.url = url;
    this.request = new Request.Builder().url(url);
  }

  private Response response() throws IOException {
    Response known = response;
    if (known != null) {
      return known;
    }
    Request made = request.method(method, method.equals("POST") ? requestBody() : null).build();
    Response got;
    try {
      got = client.newCall(made).execute();
    } catch (IOException e) {
      throw new GitRefusedException(Answers.failed(address(), e).problem(), e);
    }
    response = got;
    if (got.code() >= 400 || got.isRedirect()) {
      throw new GitRefusedException(refusal(got));
    }
    return got;
  }

  private String refusal(Response got) throws IOException {
    Answer<Object> answer = Answers.read(address(), got, Object.class);
    if (answer instanceof Answer.Failed<Object>(Answer.Why why, _)
        && why == Answer.Why.NOT_PULLCORD) {
      return switch (got.code()) {
        case 401, 403 ->
            address()
                + url.getPath()
                + " answered "
                + got.code()
                + ": it wants credentials, or does not let this node read";
        case 404 -> address() + url.getPath() + " answered 404: there is no such repository";
        default -> address() + url.getPath() + " answered " + got.code();
      };
    }
    return answer.problem();
  }

  private String address() {
    return url.getProtocol() + "://" + url.getAuthority();
  }

  private RequestBody requestBody() {
    return RequestBody.create(body.toByteArray(), null);
  }

  void close() {
    Response open = response;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public int getResponseCode() throws IOException {
    return response().code();
  }

  @Override
  public URL getURL() {
    return url;
  }

  @Override
  public String getResponseMessage() throws IOException {
    return response().message();
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    return response == null ? Map.of() : response.headers().toMultimap();
  }

  @Override
  public void setRequestProperty(String key, String value) {
    request.header(key, value);
  }

  @Override
  public void setRequestMethod(String method) {
    this.method = method;
  }

  @Override
  public @Nullable String getContentType() {
    return response == null ? null : response.header("Content-Type");
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return response().body().byteStream();
  }

  @Override
  public @Nullable String getHeaderField(String name) {
    return response == null ? null : response.header(name);
  }

  @Override
  public List<String> getHeaderFields(String name) {
    return response == null ? List.of() : response.headers(name);
  }

  @Override
  public int getContentLength() {
    return response == null ? -1 : (int) response.body().contentLength();
  }

  @Override
  public OutputStream getOutputStream() {
    return body;
  }

  @Override
  public String getRequestMethod() {
    return method;
  }

  @Override
  public void connect() throws IOException {
    response();
  }

  @Override
  public boolean usingProxy() {
    return false;
  }

  // What follows is decided once, by the client, and not by a request.

  @Override
  public void setUseCaches(boolean useCaches) {}

  @Override
  public void setConnectTimeout(int timeout) {}

  @Override
  public void setReadTimeout(int timeout) {}

  @Override
  public void setInstanceFollowRedirects(boolean followRedirects) {}

  @Override
  public void setDoOutput(boolean output) {}

  @Override
  public void setFixedLengthStreamingMode(int length) {}

  @Override
  public void setChunkedStreamingMode(int chunk) {}

  @Override
  public void configure(
      KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom rnd) {}

  @Override
  public void setHostnameVerifier(HostnameVerifier verifier) {}
}
