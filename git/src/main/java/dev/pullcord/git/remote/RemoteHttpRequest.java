package dev.pullcord.git.remote;

import dev.pullcord.base.tls.ClientCertificate;
import dev.pullcord.git.ObjectFormat;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.URL;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * One request of JGit. A refusal of the upstream ends it as an {@link RemoteFault}: JGit would ask
 * for credentials, follow a redirect with ours, or forget {@code Retry-After}.
 */
final class RemoteHttpRequest implements HttpConnection {
  private static final int OK_MOST = 299;
  private static final int HTTP_BAD_REQUEST = 400;

  private final HttpURLConnection request;
  private final RemoteAccess access;
  private final ClientCertificate certificate;
  private final InstantSource clock;

  RemoteHttpRequest(
      HttpURLConnection request,
      RemoteAccess access,
      ClientCertificate certificate,
      InstantSource clock) {
    this.request = request;
    this.access = access;
    this.certificate = certificate;
    this.clock = clock;
    request.setInstanceFollowRedirects(false);
  }

  @Override
  public int getResponseCode() throws IOException {
    int status;
    try {
      status = request.getResponseCode();
    } catch (IOException e) {
      throw ended(noAnswer(e));
    }
    if (status == HTTP_BAD_REQUEST && certificate.undecided()) {
      throw ended(RemoteWords.certificate(access, certificate.present(), null)); // as nginx says it
    }
    certificate.answered();
    if (status > OK_MOST || status < HTTP_OK) {
      throw ended(
          RemoteWords.status(
              access,
              status,
              request.getHeaderField("Location"),
              request.getHeaderField("Retry-After"),
              clock.instant()));
    }
    return status;
  }

  /**
   * A host that asked for a certificate, and hangs up instead of answering, does not want ours. Its
   * alert may be lost, since it closes a connection on which our request is still coming.
   */
  private RemoteFault noAnswer(IOException e) {
    return certificate.undecided() && RemoteWords.hungUp(e)
        ? RemoteWords.certificate(access, certificate.present(), e)
        : RemoteWords.of(access, e);
  }

  /** Of this type JGit does not try again without the credentials. */
  private static TransportException ended(RemoteFault fault) {
    return new TransportException(String.valueOf(fault.getMessage()), fault);
  }

  @Override
  public URL getURL() {
    return request.getURL();
  }

  @Override
  public String getResponseMessage() throws IOException {
    return request.getResponseMessage();
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    return request.getHeaderFields();
  }

  @Override
  public void setRequestProperty(String key, String value) {
    request.setRequestProperty(key, value);
  }

  @Override
  public void setRequestMethod(String method) throws ProtocolException {
    request.setRequestMethod(method);
  }

  @Override
  public void setUseCaches(boolean caches) {
    request.setUseCaches(caches);
  }

  @Override
  public void setConnectTimeout(int millis) {
    request.setConnectTimeout(millis);
  }

  @Override
  public void setReadTimeout(int millis) {
    request.setReadTimeout(millis);
  }

  @Override
  public @Nullable String getContentType() {
    return request.getContentType();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    if (!String.valueOf(getContentType()).startsWith("application/x-git-")) {
      throw ended(RemoteWords.noGit(access));
    }
    return ObjectFormat.checked(request.getInputStream());
  }

  @Override
  public @Nullable String getHeaderField(String name) {
    return request.getHeaderField(name);
  }

  @Override
  public List<String> getHeaderFields(String name) {
    return request.getHeaderFields().entrySet().stream()
        .filter(header -> name.equalsIgnoreCase(header.getKey()))
        .flatMap(header -> header.getValue().stream())
        .toList();
  }

  @Override
  public int getContentLength() {
    return request.getContentLength();
  }

  @Override
  public void setInstanceFollowRedirects(boolean follow) {
    // Never: our credentials would go along.
  }

  @Override
  public void setDoOutput(boolean output) {
    request.setDoOutput(output);
  }

  @Override
  public void setFixedLengthStreamingMode(int length) {
    request.setFixedLengthStreamingMode(length);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    try {
      return request.getOutputStream();
    } catch (IOException e) {
      throw ended(noAnswer(e));
    }
  }

  @Override
  public void setChunkedStreamingMode(int length) {
    request.setChunkedStreamingMode(length);
  }

  @Override
  public String getRequestMethod() {
    return request.getRequestMethod();
  }

  @Override
  public boolean usingProxy() {
    return request.usingProxy();
  }

  @Override
  public void connect() throws IOException {
    request.connect();
  }

  @Override
  public void configure(
      KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random)
      throws NoSuchAlgorithmException, KeyManagementException {
    throw new KeyManagementException("TLS is set up already, and is always checked");
  }

  @Override
  public void setHostnameVerifier(HostnameVerifier verifier) throws KeyManagementException {
    throw new KeyManagementException("names are always checked");
  }
}
