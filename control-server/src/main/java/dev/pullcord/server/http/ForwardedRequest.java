package dev.pullcord.server.http;

import dev.pullcord.server.security.ConnectionProof;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.limit.ClientNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

/**
 * A request that another server of this store has sent on. It comes from the client's address, and
 * what the client shows goes back to that server, which has the client's connection.
 */
final class ForwardedRequest extends Request.Wrapper implements ConnectionProof {
  private final ConnectionMetaData connection;
  private final HttpFields.Mutable answer;
  private final String network;

  /**
   * That request.
   *
   * @param client who has asked the other server
   * @param answer the headers of the answer
   */
  ForwardedRequest(Request request, InetAddress client, HttpFields.Mutable answer) {
    super(request);
    this.answer = answer;
    network = ClientNetwork.of(client);
    InetSocketAddress address = new InetSocketAddress(client, 0);
    connection =
        new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
          @Override
          public SocketAddress getRemoteSocketAddress() {
            return address;
          }
        };
    setAttribute(ConnectionProof.ATTRIBUTE, this);
  }

  @Override
  public ConnectionMetaData getConnectionMetaData() {
    return connection;
  }

  @Override
  public boolean shown(String who) {
    answer.put(ForwardingServers.CALLER, who);
    return true;
  }

  @Override
  public String caller() {
    String who = answer.get(ForwardingServers.CALLER);
    return who == null ? network : who;
  }

  @Override
  public boolean known() {
    return answer.contains(ForwardingServers.CALLER);
  }
}
