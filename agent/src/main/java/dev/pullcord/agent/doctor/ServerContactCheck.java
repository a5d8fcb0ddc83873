package dev.pullcord.agent.doctor;

import dev.pullcord.agent.doctor.ServerProbe.Contact;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.desired.DesiredState;
import java.io.IOException;
import java.util.Optional;

/** Whether the server answers, with the pinned key, and knows this node. */
final class ServerContactCheck implements DoctorCheck {
  private final ServerProbe server;

  ServerContactCheck(ServerProbe server) {
    this.server = server;
  }

  @Override
  public String name() {
    return "server";
  }

  @Override
  public Finding look() throws IOException {
    Optional<Contact> contact = server.contact();
    if (contact.isEmpty()) {
      return Finding.good(this, "this node has joined none");
    }
    Membership member = contact.get().member();
    return switch (contact.get().answer()) {
      case Answer.Value<DesiredState> _ ->
          Finding.good(
              this, contact.get().url() + " has the pinned key and knows node " + member.node());
      case Answer.Refused<DesiredState> no -> refused(contact.get(), no);
      case Answer.Failed<DesiredState>(Answer.Why why, String reason) ->
          Finding.bad(this, reason, remedy(why));
    };
  }

  private Finding refused(Contact contact, Answer.Refused<DesiredState> no) {
    Membership member = contact.member();
    String again = "pullcord invite; then, here: pullcord-agent join " + member.serverUrl();
    return switch (no.code()) {
      case "NODE_UNKNOWN" ->
          Finding.bad(
              this,
              contact.url() + " does not know this node's key: " + no.problem(),
              "was it restored from an older backup? To join again: " + again);
      case "NODE_REMOVED" ->
          Finding.bad(
              this,
              "somebody removed node " + member.node() + " there: " + no.problem(),
              "pullcord audit says who; to join again: " + again);
      default ->
          Finding.bad(
              this,
              contact.url() + " answers: " + no.problem(),
              "on the server's host: pullcord-server doctor");
    };
  }

  private static String remedy(Answer.Why why) {
    return switch (why) {
      case UNREACHABLE, TIMEOUT ->
          "is the server up, and does each firewall let that port through? On its host:"
              + " pullcord-server doctor";
      case PIN_MISMATCH ->
          "find out who answers there: pullcord-server tls show prints the server's own key; if it"
              + " was replaced on purpose, join again with a new token";
      case NOT_PULLCORD, REDIRECT, TOO_LARGE ->
          "another program or a proxy answers at that address; agents need port 8421 of the server"
              + " itself";
    };
  }
}
