package dev.pullcord.client;

import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.InvitationView;
import dev.pullcord.protocol.api.TokenView;

/**
 * Who gets in: invitations of nodes, and tokens of people.
 *
 * @param server asked
 */
public record AccessCalls(ServerClient server) {
  /** Makes a join token. */
  public ServerReply<Invitation> invite(Invitation.Request request) {
    return server.send("POST", request, Invitation.class, "invitations");
  }

  /** All invitations, without their secrets. */
  public ServerReply<InvitationView.All> invitations() {
    return server.get(InvitationView.All.class, "invitations");
  }

  /** Takes an invitation away. */
  public ServerReply<Done> revokeInvitation(String id) {
    return server.change("DELETE", null, "invitations", id);
  }

  /** All tokens, without their secrets. */
  public ServerReply<TokenView.All> tokens() {
    return server.get(TokenView.All.class, "tokens");
  }

  /** Makes a token. */
  public ServerReply<TokenView.Made> createToken(TokenView.Request request) {
    return server.send("POST", request, TokenView.Made.class, "tokens");
  }

  /** Takes a token away. */
  public ServerReply<Done> revokeToken(String name) {
    return server.change("DELETE", null, "tokens", name);
  }
}
