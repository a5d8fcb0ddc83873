package dev.pullcord.cli.command.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.Session;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs about invitations, tokens and the audit log print and refuse. */
@SuppressWarnings("NullAway.Init")
class AccessTranscriptTest {
  private static final String PIN = "ab".repeat(32);

  @TempDir Path home;
  private Session session;

  @BeforeEach
  void signIn() throws IOException {
    session = new Session(home);
  }

  @AfterEach
  void stop() {
    session.close();
  }

  @Test
  void anInvitationIsShownOnce() {
    session.shows(
        "invite",
        0,
        """
        invitation for one node, ends in 1h; the token names the server's key PIN
        on the new host, as root:
          apt install ./pullcord-agent_*.deb && PULLCORD_JOIN_TOKEN=pcj1_token pullcord-agent join \
        https://c:8421
        where the agent is installed; asks for the token:
          pullcord-agent join https://c:8421
        pcj1_token
        """
            .replace("PIN", PIN));
    session.shows(
        "invite --uses 3 --ref prod --label role=grep --name-pattern grep-*"
            + " --package pullcord-agent",
        0,
        """
        invitation for 3 nodes, ends in 1h; the token names the server's key PIN
        on the new host, as root:
          apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install -y 'pullcord-agent' && PULLCORD_JOIN_TOKEN=pcj1_token pullcord-agent join \
        https://c:8421
        where the agent is installed; asks for the token:
          pullcord-agent join https://c:8421
        pcj1_token
        ! there is no branch prod
        """
            .replace("PIN", PIN));
    assertThat(session.server().invited())
        .hasToString(
            "Request[namePattern=grep-*, labels={role=grep}, refs=[prod], uses=3, ttl=null]");
    session.shows(
        "invite -o json",
        0,
        """
        {"token":"pcj1_token","expiresAt":"2026-01-01T13:00:00Z","command":"pullcord-agent join \
        https://c:8421","line":"apt install ./pullcord-agent_*.deb && \
        PULLCORD_JOIN_TOKEN=pcj1_token pullcord-agent join https://c:8421"}
        """);
    session.shows(
        "invite --cloud-init --package https://files.example/a.deb",
        0,
        """
        #cloud-config
        # Makes the machine a Pullcord node: for one node, until 2026-01-01 13:00 UTC
        # The token names the server's key PIN
        write_files:
          - path: /run/pullcord-join-token
            owner: root:root
            permissions: '0600'
            content: pcj1_token
        runcmd:
          - |
            set -eu
            trap 'rm -f /run/pullcord-join-token' EXIT
            /usr/lib/apt/apt-helper download-file 'https://files.example/a.deb' \
        /var/cache/apt/archives/pullcord-agent.deb
            apt-get update
            DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y \
        /var/cache/apt/archives/pullcord-agent.deb
            rm -f /var/cache/apt/archives/pullcord-agent.deb
            pullcord-agent join https://c:8421 --token-file /run/pullcord-join-token
        """
            .replace("PIN", PIN));
  }

  @Test
  void anInvitationThatCannotBeMadeSaysWhy() {
    session.shows(
        "invite --uses 0",
        2,
        """
        ! --uses 0: 1 to 1000 expected
        """);
    session.shows(
        "invite --cloud-init",
        2,
        """
        ! --cloud-init needs --package: the https:// address of pullcord-agent_*.deb, its path in \
        the machine's image, or the name of a package in its apt sources
        """);
    session.shows(
        "invite --package http://files.example/a.deb",
        2,
        """
        ! --package http://files.example/a.deb: whoever is between could change what root \
        installs; use https://, or give --sha256 from SHA256SUMS
        """);
    session.shows(
        "invite --package './a b.deb'",
        2,
        """
        ! --package ./a b.deb: expected the https:// address of pullcord-agent_*.deb, its path on \
        the new host (/…/x.deb), or the name of a package in that host's apt sources
        """);
    session.shows(
        "invite --package https://files.example/a.deb --sha256 12",
        2,
        """
        ! --sha256 12: 64 hex digits expected, as SHA256SUMS beside the package has
        """);
    session.shows(
        "invite --ttl tomorrow",
        2,
        """
        ! --ttl: "tomorrow" is not a duration: a number and a unit expected, like 20ms, 30s, 5m, \
        2h or 7d
        """);
  }

  @Test
  void invitationsAreListedAndRevoked() {
    assertThat(session.run("invite")).startsWith("0\n");
    session.shows(
        "invitations",
        0,
        """
        ID                NAMES  LABELS  FOLLOWS  LEFT    EXPIRES  BY
        0000000000000001  any    -       main     1 of 1  in 1h    ann
        """);
    session.shows(
        "invitations -o json",
        0,
        """
        {"invitations":[{"id":"0000000000000001","state":"open","createdBy":"ann",\
        "namePattern":null,"labels":{},"refs":["main"],"uses":1,"usesLeft":1,\
        "expiresAt":"2026-01-01T13:00:00Z"}]}
        """);
    session.shows(
        "invitations revoke 0000000000000001",
        2,
        """
        ! there is no terminal to ask on: give --yes
        """);
    session.shows(
        "invitations revoke 0000000000000001 --yes",
        0,
        """
        revoked 0000000000000001; nodes that joined with it stay
        """);
    session.shows(
        "invitations revoke 0000000000000002 --yes -o json",
        4,
        """
        ! there is no invitation with that id
        """);
    session.shows(
        "invitations revoke 0000000000000009 --yes",
        4,
        """
        ! there is no invitation with that id
        """);
  }

  @Test
  void noInvitationIsALine() {
    session.shows(
        "invitations",
        0,
        """
        no invitation; pullcord invite makes one
        """);
  }

  @Test
  void aTokenIsShownOnce() {
    session.shows(
        "tokens",
        0,
        """
        NAME  ROLE  MADE  EXPIRES  BY
        """);
    session.shows(
        "tokens create ci --role viewer --ttl 90d",
        0,
        """
        for ci (viewer), does not expire; shown once:
        pct_made
        whoever gets it runs this, which asks for the token:
          pullcord login https://SERVER
        """);
    session.shows(
        "tokens create ann --role admin -o json",
        0,
        """
        {"name":"ann","role":"admin","token":"pct_made","expiresAt":null}
        """);
    session.shows(
        "tokens create bob",
        2,
        """
        ! pullcord: --role ROLE is missing (pullcord tokens create --help)
        """);
    session.shows(
        "tokens create bob --role viewer --ttl soon",
        2,
        """
        ! --ttl: "soon" is not a duration: a number and a unit expected, like 20ms, 30s, 5m, 2h \
        or 7d
        """);
    session.shows(
        "tokens",
        0,
        """
        NAME  ROLE    MADE      EXPIRES  BY
        ci    viewer  just now  never    ann
        ann   admin   just now  never    ann
        """);
    session.shows(
        "tokens -o json",
        0,
        """
        {"tokens":[{"name":"ci","role":"viewer","createdBy":"ann",\
        "createdAt":"2026-01-01T12:00:00Z","expiresAt":null},{"name":"ann","role":"admin",\
        "createdBy":"ann","createdAt":"2026-01-01T12:00:00Z","expiresAt":null}]}
        """);
  }

  @Test
  void aTokenIsRevokedOnlyWhenSomebodySaysYes() {
    session.shows(
        "tokens create ci --role viewer",
        0,
        """
        for ci (viewer), does not expire; shown once:
        pct_made
        whoever gets it runs this, which asks for the token:
          pullcord login https://SERVER
        """);
    session.shows(
        "tokens create ann --role admin",
        0,
        """
        for ann (admin), does not expire; shown once:
        pct_made
        whoever gets it runs this, which asks for the token:
          pullcord login https://SERVER
        """);
    session.shows(
        "tokens revoke ci",
        2,
        """
        ! there is no terminal to ask on: give --yes
        """);
    session.shows(
        "tokens revoke ci --yes",
        0,
        """
        revoked ci; browsers that signed in with it are signed out
        """);
    session.shows(
        "tokens revoke ann --yes -o json",
        0,
        """
        {"revoked":"ann"}
        """);
    session.shows(
        "tokens revoke nobody --yes",
        4,
        """
        ! there is no token of that name
        """);
  }

  @Test
  void theAuditLogIsNewestFirst() {
    session.shows(
        "audit",
        0,
        """
        WHEN     FROM          WHAT
        30s ago  api 10.0.0.7  a push by bob to main was refused: REF_NON_FF
        1m ago   api 10.0.0.7  ann pinned beat-1 to v1 for 2h: trying
        """);
    session.shows(
        "audit -n 1",
        0,
        """
        WHEN     FROM          WHAT
        30s ago  api 10.0.0.7  a push by bob to main was refused: REF_NON_FF
        """);
    session.shows(
        "audit -n 1 -o json",
        0,
        """
        {"records":[{"id":2,"at":"2026-01-01T11:59:30Z","who":"bob","way":"api",\
        "address":"10.0.0.7","action":"pin","on":"main","before":null,"after":null,\
        "refused":true,"times":1,"text":"a push by bob to main was refused: REF_NON_FF"}],\
        "next":"2"}
        """);
    session.shows(
        "audit --who nobody",
        0,
        """
        no record is like that
        """);
    session.shows(
        "audit -n 0",
        2,
        """
        ! --limit 0: 1 to 10000 expected
        """);
  }

  @Test
  void whatIsMistypedIsNamedWithWhatWasMeant() {
    session.shows(
        "statsu",
        2,
        """
        ! pullcord: no verb statsu; did you mean status? (pullcord --help)
        """);
    session.shows(
        "status --wathc",
        2,
        """
        ! pullcord: not understood: --wathc; did you mean --watch? (pullcord status --help)
        """);
    session.shows(
        "node grep-1 grep-2",
        2,
        """
        ! pullcord: not understood: grep-2 (pullcord node --help)
        """);
  }
}
