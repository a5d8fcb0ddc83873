package dev.pullcord.systemtests.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.Pem;
import dev.pullcord.demo.fleet.LocalAgent;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.process.BuiltPrograms;
import dev.pullcord.demo.process.Child;
import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.demo.process.WorkerProcess;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.GitHttpUpstream;
import dev.pullcord.testkit.MailServer;
import dev.pullcord.testkit.Needs;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.TestTls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server, an agent of it and a node without a server have a secret of every kind, do their work,
 * and meet every refusal. None of the secrets is in a log, an error, an answer, a page, the audit,
 * a backup, a command line, an environment or a state directory.
 */
@SuppressWarnings("NullAway.Init")
class SecretsNowhereTest {
  @TempDir Path directory;
  private final Secrets secrets = new Secrets();
  private final BuiltPrograms programs = BuiltPrograms.ofThisBuild();
  private SecretFiles files;
  private TempGitRemote remote;
  private SshParts ssh;
  private TestTls tls;
  private GitHttpUpstream git;
  private MailServer mail;
  private EchoHost echo;
  private ProcessWatch watch;
  private LocalFleet fleet;

  @BeforeEach
  void start() throws Exception {
    Needs.tool("git");
    Needs.tool("setsid");
    files = new SecretFiles(directory, secrets);
    remote = TempGitRemote.create(directory.resolve("root"));
    Map<String, String> work = new HashMap<>(SmallWork.good());
    work.put(
        "pullcord.yaml",
        SmallWork.MANIFEST.replace(
                "run: [sh, tasks/worker]",
                "run: [sh, tasks/worker]\n    env-file: " + files.variable("worker's environment"))
            + "actions: {show: {run: [env]}}\n");
    remote.push(work, "Begin");
    ssh = new SshParts(directory, files, secrets);
    tls = TestTls.make(directory.resolve("key.p12"));
    Files.writeString(directory.resolve("ca.pem"), Pem.of(tls.certificate()));
    git =
        new GitHttpUpstream(
            directory.resolve("root"), tls.context(), files.secret("upstream's password"));
    mail =
        MailServer.start(
            directory.resolve("mail"), MailServer.Mode.STARTTLS, files.secret("mail password"));
    echo = new EchoHost();
    watch = new ProcessWatch(secrets, "worker's environment", "proxy");
    fleet = LocalFleet.create(directory.resolve("fleet"), programs);
    secrets.add("admin's token", fleet.adminToken());
    fleet.serverConfig(new SecretiveConfig(directory, files).write(git, mail, echo));
    Map<String, String> environment = new HashMap<>(programs.serverEnvironment());
    environment.put("HTTPS_PROXY", "http://user:" + secrets.word("proxy") + "@127.0.0.1:1");
    environment.put("NO_PROXY", "127.0.0.1");
    fleet.serverEnvironment(environment);
    fleet.startServer();
    watch.of(fleet.serverPid());
  }

  @AfterEach
  void end() throws Exception {
    fleet.close();
    for (String name : List.of("alone", "alone-ssh")) {
      WorkerProcess.living(directory.resolve(name)).forEach(w -> w.end(Duration.ofSeconds(5)));
    }
    watch.close();
    echo.close();
    mail.close();
    git.close();
    ssh.close();
  }

  @Test
  void noSecretIsShownOrKeptAnywhere() throws Exception {
    assertThat(cli("fetch").exit()).isZero();
    joinAndDeploy();
    Child alone = nodeWithoutServer("alone", httpsRemote());
    Child behindSsh = nodeWithoutServer("alone-ssh", ssh.settings());
    try (Crawl crawl = new Crawl(fleet)) {
      work(crawl);
      tokens();
      listen(crawl);
      refusals(crawl);
      run(crawl);
      look(crawl);
      overSsh(crawl);
      look(crawl);
      crawl.heard().forEach((where, events) -> secrets.look(where, events));
      assertThat(crawl.heard()).hasSize(4).allSatisfy((_, e) -> assertThat(e).contains("event: "));
      assertThat(crawl.answers().keySet())
          .contains("GET /ui/alerts 200", "GET /ui/repository 200", "GET /api/v1/audit 200");
    }
    fleet.agents().forEach(LocalAgent::stop);
    alone.stop(programs.stopLimit());
    behindSsh.stop(programs.stopLimit());
    backup();
    fleet.stopServer();
    kept();
    assertThat(watch.saw("ServerMain run") && watch.saw("AgentMain run")).isTrue();
    assertThat(watch.saw("sh tasks/worker")).isTrue();
    assertThat(secrets.looked()).isGreaterThan(100);
    assertThat(secrets.found()).isEmpty();
  }

  private void look(Crawl crawl) throws Exception {
    crawl.pages();
    crawl.api(fleet.adminToken());
    crawl.cookieValues().forEach(v -> secrets.add("session", v));
    crawl.answers().forEach((where, answer) -> secrets.look(where, answer));
  }

  private ProgramCall.Result cli(String... words) {
    ProgramCall.Result said = fleet.cli(words);
    secrets.look("pullcord " + String.join(" ", words), said.output());
    return said;
  }

  private void joinAndDeploy() throws IOException {
    String token = fleet.api().invite(1).token();
    secrets.add("join token", token);
    LocalAgent agent = fleet.newAgent("node-1");
    secrets.look("join", agent.join(fleet.agentsUrl(), token).output());
    Path config = directory.resolve("agent.yaml");
    Files.writeString(config, "as-root: true\nenv-files: [%s/]\n".formatted(directory));
    agent.start("--config", config.toString());
    watch.of(agent.pid());
    Fleets.convergedOn(fleet, agent, fleet.api().fleet().refs().getFirst().commit() + "");
  }

  private String httpsRemote() throws IOException {
    return """
      url: %s
      ca-file: %s
      credentials: {password-file: %s}
    """
        .formatted(
            git.url("remote.git"), directory.resolve("ca.pem"), files.of("upstream's password"));
  }

  private Child nodeWithoutServer(String name, String git) throws IOException {
    Path state = Files.createDirectories(directory.resolve(name));
    Path config =
        Files.writeString(
            directory.resolve(name + ".yaml"),
            """
            as-root: true
            node: %s
            env-files: [%s/]
            git:
            %snotify: {url: "%s", secret-file: %s}
            """
                .formatted(
                    name, directory, git, echo.url("/notify-" + name), files.of("notify's key")));
    Child child =
        Child.start(
            List.of(programs.agent(), "run", "--config", config.toString(), "--state", state + ""),
            directory,
            programs.agentEnvironment(),
            directory.resolve(name + ".log"));
    watch.of(child.pid());
    return child;
  }

  /** All receivers are told, and all but one of them answer with what they were sent. */
  private void work(Crawl crawl) throws Exception {
    for (String what :
        List.of("slack", "chat", "hook", "/notify-alone", "/notify-alone-ssh", "/api/v4")) {
      Eventually.within(Fleets.RECOVERY).until(what, () -> echo.asked(what), asked -> asked);
    }
    Eventually.within(Fleets.RECOVERY).until("a mail", mail::mails, m -> !m.isEmpty());
    for (String name : List.of("slack", "chat", "far", "hook", "mail", "post", "upstream.status")) {
      crawl.post(
          "/api/v1/alerts/receivers/" + name + "/test",
          "Authorization",
          "Bearer " + fleet.adminToken(),
          "");
    }
    assertThat(crawl.post("/webhooks/gitlab", "X-Gitlab-Token", files.secret("webhook"), "{}"))
        .extracting(java.net.http.HttpResponse::statusCode)
        .isNotEqualTo(401);
    assertThat(crawl.signIn(fleet.adminToken()).statusCode()).isEqualTo(303);
  }

  /** Tokens that the server makes are shown once, and never again. */
  private void tokens() {
    for (String role : List.of("wall", "operator")) {
      ProgramCall.Result made = fleet.cli("tokens", "create", "a-" + role, "--role", role);
      Matcher token = Pattern.compile("pct_\\w+").matcher(made.output());
      assertThat(token.find()).as(made.output()).isTrue();
      secrets.add("token of a " + role, token.group());
    }
    cli("tokens");
    cli("audit");
  }

  /** Every stream of events there is; what comes of them is looked at in the end. */
  private void listen(Crawl crawl) throws Exception {
    crawl.listen("/ui/events", null);
    crawl.listen("/api/v1/events", fleet.adminToken());
    crawl.listen("/api/v1/deployments/1", fleet.adminToken());
  }

  /** An action that shows all of its environment, which is that of the worker. */
  private void run(Crawl crawl) throws Exception {
    assertThat(cli("run", "show", "node-1").output()).contains("PULLCORD_NODE=node-1");
    crawl.listen("/api/v1/runs/1/events", fleet.adminToken());
  }

  /** The same repository over SSH, with the right key and with all the wrong ones. */
  private void overSsh(Crawl crawl) throws Exception {
    for (Path key : ssh.wrong().values()) {
      Path config = directory.resolve("bad-ssh.yaml");
      Files.writeString(config, "git:\n" + ssh.settings(key));
      call(
          Map.of(),
          programs.agent(),
          "doctor",
          "--config",
          config + "",
          "--state",
          directory + "/none");
    }
    for (Map.Entry<String, Path> key : ssh.wrong().entrySet()) {
      upstream(crawl, ssh.settings(key.getValue()));
      cli("fetch");
      assertThat(cli("upstream").output()).contains("UPSTREAM_");
    }
    upstream(crawl, ssh.settings());
    assertThat(cli("fetch").exit()).isZero();
  }

  private void upstream(Crawl crawl, String settings) throws Exception {
    fleet.stopServer();
    fleet.serverConfig(Files.writeString(directory.resolve("ssh.yaml"), "upstream:\n" + settings));
    fleet.startServer();
    watch.of(fleet.serverPid());
    crawl.listen("/ui/events", null);
    crawl.listen("/api/v1/events", fleet.adminToken());
  }

  /** What is wrong, and is said so: passwords, tokens, and addresses that have one. */
  private void refusals(Crawl crawl) throws Exception {
    git.password("another");
    cli("fetch");
    cli("upstream");
    cli("alerts");
    crawl.post("/webhooks/gitlab", "X-Gitlab-Token", secrets.word("wrong-webhook"), "{}");
    crawl.get("/api/v1/fleet", secrets.word("wrong-token"));
    try (Crawl other = new Crawl(fleet)) {
      other.signIn(secrets.word("wrong-sign-in"));
    }
    String basic = "x:" + secrets.word("wrong-git-password");
    crawl.post(
        "/git/fleet.git/info/refs?service=git-upload-pack",
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(UTF_8)),
        "");
    String url = "https://u:" + secrets.word("address") + "@127.0.0.1:1/x.git";
    String key = "secret-file: " + files.of("hook's key");
    runs(programs.server(), "upstream: {url: \"%s\"}\n".formatted(url));
    runs(
        programs.server(),
        "alerts: {receivers: {a: {kind: webhook, url: \"%s\", %s}}, rules: []}\n"
            .formatted(url, key));
    runs(programs.agent(), "git: {url: \"%s\"}\n".formatted(url));
    runs(programs.agent(), "git: {url: /x.git}\nnotify: {url: \"%s\", %s}\n".formatted(url, key));
    call(Map.of("PULLCORD_URL", url, "PULLCORD_TOKEN", "x"), programs.cli(), "status");
    call(Map.of(), programs.cli(), "login", url);
  }

  private void runs(String program, String config) throws IOException {
    Path bad = Files.writeString(directory.resolve("bad.yaml"), config);
    call(Map.of(), program, "run", "--config", bad + "", "--state", directory + "/none");
  }

  private void call(Map<String, String> environment, String... argv) {
    ProgramCall.Result said = ProgramCall.of(directory, environment, List.of(argv)).run();
    assertThat(said.exit()).as(said.output()).isNotZero();
    secrets.look(String.join(" ", List.of(argv).subList(0, 2)), said.output());
  }

  private void backup() throws IOException {
    Path file = directory.resolve("server.backup");
    List<String> argv = new ArrayList<>(List.of(programs.server(), "backup", file.toString()));
    argv.addAll(List.of("--state", fleet.serverState().toString()));
    assertThat(ProgramCall.of(directory, Map.of(), argv).run().exit()).isZero();
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream parts = new ZipInputStream(in)) {
      for (ZipEntry e = parts.getNextEntry(); e != null; e = parts.getNextEntry()) {
        secrets.look(e.getName() + " of the backup", parts.readAllBytes());
      }
    }
  }

  private void kept() throws IOException {
    secrets.lookBelow(fleet.serverState());
    secrets.look("the server's log", Files.readAllBytes(fleet.serverLog()));
    LocalAgent agent = fleet.agent(0);
    secrets.lookBelow(agent.state());
    secrets.look("the agent's log", Files.readAllBytes(agent.log()));
    for (String name : List.of("alone", "alone-ssh")) {
      secrets.lookBelow(directory.resolve(name));
      secrets.look("the log of " + name, Files.readAllBytes(directory.resolve(name + ".log")));
    }
  }
}
