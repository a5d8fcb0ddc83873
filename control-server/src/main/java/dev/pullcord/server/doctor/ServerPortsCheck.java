package dev.pullcord.server.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.tls.ShownKey;
import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether both ports answer with this server's keys, or are free while it does not run. */
final class ServerPortsCheck implements DoctorCheck {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final DoctorPatient patient;

  ServerPortsCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "ports";
  }

  @Override
  public Finding look() throws IOException {
    return patient.running() ? answering() : free();
  }

  private Finding answering() throws IOException {
    Path file = patient.state().resolve("ports.json");
    JsonNode bound = PullcordJson.wire().readTree(Files.readAllBytes(file));
    List<String> problems = new ArrayList<>();
    for (String port : List.of("people", "agents")) {
      URI url = URI.create(bound.path(port + "Url").asText());
      String problem = problem(port, url);
      if (!problem.isEmpty()) {
        problems.add(problem);
      }
    }
    String both = bound.path("peopleUrl").asText() + " and " + bound.path("agentsUrl").asText();
    return problems.isEmpty()
        ? Finding.good(this, both + " answer")
        : Finding.bad(
            this,
            String.join("; ", problems),
            "journalctl -u pullcord-server; systemctl restart pullcord-server");
  }

  private String problem(String port, URI url) throws IOException {
    boolean plain = !url.getScheme().equals("https");
    String ours = plain ? "" : TlsKeys.load(patient.config().tls(), port).pin();
    try {
      InetSocketAddress at =
          new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort());
      if (plain) {
        connect(at);
        return "";
      }
      String shown = ShownKey.at(at, LIMIT);
      return shown.equals(ours) ? "" : url + " shows another key than " + port + ".key is";
    } catch (IOException e) {
      return url + " does not answer: " + e.getMessage();
    }
  }

  private static void connect(InetSocketAddress to) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(to, (int) LIMIT.toMillis());
    }
  }

  private Finding free() {
    List<String> taken = new ArrayList<>();
    for (Address address : List.of(patient.config().listen(), patient.config().agents())) {
      InetAddress on = null;
      try {
        on = address.any() ? null : InetAddress.getByName(address.host());
        new ServerSocket(address.port(), 1, on).close();
      } catch (IOException e) {
        taken.add(address + ": " + e.getMessage());
      }
    }
    return taken.isEmpty()
        ? Finding.good(
            this, patient.config().listen() + " and " + patient.config().agents() + " are free")
        : Finding.bad(
            this,
            "cannot listen on " + String.join("; ", taken),
            "end what listens there (ss -ltnp), or name other ports in server.yaml");
  }
}
