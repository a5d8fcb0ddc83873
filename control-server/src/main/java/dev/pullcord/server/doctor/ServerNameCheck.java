package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.config.Advertised;
import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Whether the name that join commands show leads somewhere, as far as this host knows. */
final class ServerNameCheck implements DoctorCheck {
  private final DoctorPatient patient;

  ServerNameCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "advertise";
  }

  @Override
  public Finding look() throws IOException {
    CertifiedKey keys = TlsKeys.load(patient.config().tls(), "agents");
    String host = Advertised.host(patient.config(), keys);
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isLoopbackAddress() && patient.config().agents().any()) {
        return Finding.bad(
            this,
            host + " leads to this host only (" + address.getHostAddress() + ")",
            "name in server.yaml how others reach this host: advertise: NAME");
      }
      return Finding.good(this, host + " leads to " + address.getHostAddress());
    } catch (UnknownHostException _) {
      return Finding.bad(
          this,
          host + " leads nowhere from here",
          "put it into DNS or /etc/hosts, or name another one in server.yaml: advertise: NAME");
    }
  }
}
