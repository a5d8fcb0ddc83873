package dev.pullcord.git.remote.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Through which proxy an upstream is reached. */
class ProxyChoiceTest {
  private static final Proxy PROXY =
      new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", 3128));

  private static Proxy of(Map<String, String> environment, String url) throws Exception {
    return new ProxyChoice(environment).of(URI.create(url).toURL());
  }

  @Test
  void takesTheProxyOfTheEnvironmentInCapitalsOrNot() throws Exception {
    String url = "https://git.example/fleet.git";
    assertThat(of(Map.of(), url)).isEqualTo(Proxy.NO_PROXY);
    assertThat(of(Map.of("HTTPS_PROXY", "http://127.0.0.1:3128"), url)).isEqualTo(PROXY);
    assertThat(of(Map.of("https_proxy", "127.0.0.1:3128"), url)).isEqualTo(PROXY);
  }

  @Test
  void leavesOutWhatNoProxyNames() throws Exception {
    String url = "https://git.corp.example:8443/fleet.git";
    for (String no :
        new String[] {"*", "corp.example", ".corp.example", "x, git.corp.example:8443"}) {
      assertThat(of(Map.of("HTTPS_PROXY", "127.0.0.1:3128", "NO_PROXY", no), url))
          .as(no)
          .isEqualTo(Proxy.NO_PROXY);
    }
    for (String no : new String[] {"", "orp.example", "git.corp.example:443", "example.corp"}) {
      assertThat(of(Map.of("HTTPS_PROXY", "127.0.0.1:3128", "NO_PROXY", no), url))
          .as(no)
          .isEqualTo(PROXY);
    }
  }

  @Test
  void saysWhatIsWrongWithAProxyAndShowsNoPassword() {
    assertThatThrownBy(() -> of(Map.of("HTTPS_PROXY", "http://u:geheim@p:1"), "https://g/x"))
        .hasMessageContaining("UPSTREAM_PROXY")
        .hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> of(Map.of("HTTPS_PROXY", "socks5://p:1"), "https://g/x"))
        .hasMessageContaining("http://HOST:PORT");
  }
}
