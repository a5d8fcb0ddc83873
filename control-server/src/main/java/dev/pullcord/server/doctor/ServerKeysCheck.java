package dev.pullcord.server.doctor;

import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.config.Advertised;
import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** Whether the keys of both ports are there, and the certificates count now and name this host. */
final class ServerKeysCheck implements DoctorCheck {
  private static final Duration SOON = Duration.ofDays(30);

  private final DoctorPatient patient;

  ServerKeysCheck(DoctorPatient patient) {
    this.patient = patient;
  }

  @Override
  public String name() {
    return "certificate";
  }

  @Override
  public Finding look() throws IOException {
    List<String> problems = new ArrayList<>();
    CertifiedKey agents = TlsKeys.load(patient.config().tls(), "agents");
    CertifiedKey people = TlsKeys.load(patient.config().tls(), "people");
    for (CertifiedKey keys : List.of(agents, people)) {
      dates(keys, problems);
    }
    String host = Advertised.host(patient.config(), agents);
    if (!Advertised.certified(people).contains(host)) {
      problems.add("the certificate of the people's port does not name " + host);
    }
    Instant until = people.certificate().getNotAfter().toInstant();
    return problems.isEmpty()
        ? Finding.good(this, "names " + host + ", counts until " + until)
        : Finding.bad(
            this,
            String.join("; ", problems),
            "agents and pullcord login pin keys and do not mind; for others, name a host of the"
                + " certificate in advertise, or set this host's clock");
  }

  private void dates(CertifiedKey keys, List<String> problems) {
    Instant now = patient.clock().instant();
    try {
      keys.certificate().checkValidity(Date.from(now));
      if (keys.certificate().getNotAfter().toInstant().isBefore(now.plus(SOON))) {
        problems.add("a certificate ends at " + keys.certificate().getNotAfter().toInstant());
      }
    } catch (CertificateExpiredException _) {
      problems.add("a certificate has ended at " + keys.certificate().getNotAfter().toInstant());
    } catch (CertificateNotYetValidException _) {
      problems.add(
          "a certificate begins only at "
              + keys.certificate().getNotBefore().toInstant()
              + ", and it is "
              + now);
    }
  }
}
